-- One practice with its link to Exact. Its days begin at the first one that is kept: earlier ones
-- are past their term, and nobody looks at them.
select
    code,
    name,
    james_practice_code,
    active,
    chain_id::text,
    division,
    division_name,
    greatest(link_date, kept_from) as link_date,
    greatest(first_sync_date, kept_from) as first_sync_date,
    kept_from,
    backfill
from practice
where code = %(practice)s;
