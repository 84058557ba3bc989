-- The practices that get a DAG.
select
    code,
    name
from practice
where active
order by code;
