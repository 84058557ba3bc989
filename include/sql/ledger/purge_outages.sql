-- Deletes outages that ended, and why nights failed, at or before a moment.
with due as (
    select
        f.practice,
        f.airflow_run_id,
        f.step
    from night_failure as f
    where f.noted_at <= %(before)s
    order by f.noted_at
    limit %(rows)s
    for update skip locked
),

ended as (
    delete from outage
    where ended_at <= %(before)s
    returning outage_id
),

gone as (
    delete from night_failure as f
    using due
    where f.practice = due.practice and f.airflow_run_id = due.airflow_run_id and f.step = due.step
    returning f.step
)

select g.step as removed
from gone as g
union all
select e.outage_id::text as removed
from ended as e;
