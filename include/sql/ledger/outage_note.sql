-- A practice's night failed by something that all share: its open outage goes on, or one begins.
with noted as (
    insert into outage (shared, code, code_values, began_at)
    values (%(shared)s, %(code)s, %(values)s, %(since)s)
    on conflict (shared) where ended_at is null do update
        set last_failure_at = clock_timestamp()
    returning outage_id, xmax = 0 as is_new
),

hit as (
    insert into outage_practice (outage_id, practice, airflow_run_id)
    select
        n.outage_id,
        %(practice)s,
        %(airflow_run_id)s
    from noted as n
    on conflict (outage_id, practice) do update
        set airflow_run_id = excluded.airflow_run_id
)

select
    n.outage_id,
    n.is_new
from noted as n;
