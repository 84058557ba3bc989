-- What stopped a run first is asked for by the list of nights and by the page of a dry run.
create function first_failure(of_practice text, run_name text)
returns table (reason text, reason_values jsonb) language sql stable as $$
select
    f.problems #>> '{0,0}' as reason,
    f.problems #> '{0,1}' as reason_values
from exact_sync.night_failure as f
where f.practice = of_practice and f.airflow_run_id = run_name
order by f.noted_at, f.step
limit 1
$$;
comment on function first_failure is 'The first thing that stopped a run of Airflow, where that is known: a code and its values';
