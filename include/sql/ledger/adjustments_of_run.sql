-- What this run, or the run of its history, was the first to shorten, to leave out or to warn of.
select
    a.source_key,
    a.reason,
    a.reason_values
from adjustment as a
inner join run as noted on a.run_id = noted.run_id
inner join run as this on noted.practice = this.practice
where
    this.run_id = %(run_id)s
    and noted.airflow_run_id in (this.airflow_run_id, this.airflow_run_id || ':history')
order by a.source_key, a.reason;
