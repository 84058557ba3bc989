-- The practices that get a DAG: active ones, and those that are linked with Exact and are looked at
-- first, in dry runs.
select
    code,
    name,
    active
from practice
where active or division is not null
order by code;
