-- The latest nights of a practice with what their numbers say, newest first; amounts are cents. One
-- that was never ended has failed when a newer one began, or when it would run for longer than may
-- be: nobody is left who would end it. With the first thing that stopped it, where that is known.
select
    r.airflow_run_id,
    r.book_day,
    r.started_at,
    r.finished_at,
    coalesce(
        r.outcome,
        case
            when
                lag(r.run_id) over (order by r.started_at desc) is not null
                or greatest(r.started_at, r.ready_at) < now() - make_interval(secs => %(run_timeout)s)
                then 'failed'
        end
    ) as outcome,
    (r.numbers ->> 'debtors_created')::integer as debtors_created,
    (r.numbers ->> 'debtors_changed')::integer as debtors_changed,
    (r.numbers ->> 'sales_entries')::integer as sales_entries,
    (r.numbers ->> 'general_journal_entries')::integer as general_journal_entries,
    (r.numbers ->> 'rejected')::integer as rejected,
    (r.numbers ->> 'held')::integer as held,
    (r.numbers ->> 'doubtful')::integer as doubtful,
    r.night_cents,
    r.difference_cents,
    failure.reason,
    failure.reason_values
from run as r
left join lateral first_failure(r.practice, r.airflow_run_id) as failure on true
where
    r.practice = %(practice)s
    and r.is_night
order by r.started_at desc
limit %(most)s;
