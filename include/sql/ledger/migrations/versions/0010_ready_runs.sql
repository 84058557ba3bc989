-- When the first step of a run succeeded. The later steps find their run by Airflow's run id, and
-- leave one alone that is not ready.
alter table run add column ready_at timestamptz;
update run set ready_at = started_at;

-- The amount holds what is rejected, held and doubtful, so it is called open.
update run
set numbers = replace(numbers::text, '"refused_cents"', '"open_cents"')::jsonb
where numbers is not null;
