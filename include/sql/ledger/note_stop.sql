-- Notes that a task of a run stopped by a cause, and gives the red task of that cause: the first
-- that stopped by it. Any other is added to what was not done.
insert into run_stop (run_id, cause, task)
values (%(run_id)s, %(cause)s, %(task)s)
on conflict (run_id, cause) do update
    set
        not_done = case
            when run_stop.task = excluded.task then run_stop.not_done
            else array_append(array_remove(run_stop.not_done, excluded.task), excluded.task)
        end
returning task;
