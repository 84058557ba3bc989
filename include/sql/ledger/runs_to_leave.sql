-- Of Airflow runs that failed, those that went to their end: they are red for what was rejected or
-- differs, and sending again changes nothing. And those after which a newer night of the practice
-- went to its end, which has booked what they missed.
select
    asked.practice,
    asked.airflow_run_id
from
    unnest(%(practices)s::text[], %(airflow_run_ids)s::text[], %(started)s::timestamptz[])
        as asked (practice, airflow_run_id, started_at)
left join run as r on asked.practice = r.practice and asked.airflow_run_id = r.airflow_run_id
where
    r.outcome in ('complete', 'rejected')
    or exists (
        select 1
        from run as later
        where
            later.practice = asked.practice
            and later.is_night
            and later.outcome in ('complete', 'rejected')
            and later.started_at > coalesce(r.started_at, asked.started_at)
    );
