-- How one practice stands.
select
    s.*,  -- noqa: AM04
    1 as found,
    null::jsonb as fleet
from practice_status as s
where s.code = %(practice)s;
