-- What stopped tasks of a run, by cause in the order in which that was seen; the red task first.
with stopped as (
    select
        s.cause,
        s.task,
        bool_or(s.is_red) as is_red,
        min(s.noted_at) as noted_at
    from run_stop as s
    where s.run_id = %(run_id)s
    group by s.cause, s.task
)

select
    cause,
    bool_or(is_red) as is_red,
    array_agg(task order by is_red desc, noted_at asc) as tasks
from stopped
group by cause
order by min(noted_at);
