-- Notes that a step of a run came to an end, well or not.
insert into ended_step (run_id, step)
values (%(run_id)s, %(step)s)
on conflict (run_id, step) do update set ended_at = clock_timestamp();
