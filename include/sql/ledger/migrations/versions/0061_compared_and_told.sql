-- A run that was compared, or closed, before this version says so, as one does from now on
-- (tasks/complete.py).
insert into ended_step (run_id, step)
select
    run_id,
    'all of reconcile' as step
from run
where numbers is not null
union all
select
    run_id,
    'all of report' as step
from run
where finished_at is not null;
