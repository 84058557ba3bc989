-- Whether a step of a run came to an end before: who begins it again cleared it.
select exists(
    select 1 from ended_step as e
    where e.run_id = %(run_id)s and e.step = %(step)s
) as ended;
