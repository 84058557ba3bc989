-- Notes that a step of a run stopped by a cause, and gives the red task of that cause: that of the
-- first step that stopped by it and did not begin anew. A step of another task is skipped.
with red as (
    select s.task
    from run_stop as s
    where s.run_id = %(run_id)s and s.cause = %(cause)s and s.is_red
    order by s.noted_at
    limit 1
)

insert into run_stop (run_id, step, task, cause, is_red)
select
    %(run_id)s,
    %(step)s,
    %(task)s,
    %(cause)s,
    coalesce((select r.task from red as r), %(task)s) = %(task)s
on conflict (run_id, step) do update
    set cause = excluded.cause, is_red = excluded.is_red, noted_at = clock_timestamp()
returning coalesce((select r.task from red as r), run_stop.task) as task;
