-- What stopped tasks of a run, in the order in which that was seen.
select
    cause,
    task,
    not_done
from run_stop
where run_id = %(run_id)s
order by noted_at;
