-- The latest nights of a practice with what their numbers say, newest first; amounts are cents.
select
    r.airflow_run_id,
    r.book_day,
    r.started_at,
    r.finished_at,
    r.outcome,
    (r.numbers ->> 'debtors_created')::integer as debtors_created,
    (r.numbers ->> 'debtors_changed')::integer as debtors_changed,
    (r.numbers ->> 'sales_entries')::integer as sales_entries,
    (r.numbers ->> 'general_journal_entries')::integer as general_journal_entries,
    (r.numbers ->> 'rejected')::integer as rejected,
    (r.numbers ->> 'held')::integer as held,
    (r.numbers ->> 'doubtful')::integer as doubtful,
    r.night_cents,
    r.difference_cents
from run as r
where
    r.practice = %(practice)s
    and r.is_night
order by r.started_at desc
limit %(most)s;
