-- One practice with its link to Exact.
select
    code,
    name,
    james_practice_code,
    active,
    chain_id::text,
    division,
    division_name,
    link_date,
    first_sync_date,
    backfill
from practice
where code = %(practice)s;
