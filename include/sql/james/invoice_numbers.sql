-- The numbers of the final invoices and claims since a day, as entry numbers of Exact (M17).
-- Asked by the check of requirements only, not by a night.
-- Parameters:
--   james_practice_code text     James' own code of the practice
--   from_date date               first day, Europe/Amsterdam
-- Returns:
--   lowest bigint                lowest number that is digits only; none without invoices
--   highest bigint
select
    min(n.number::bigint) as lowest,
    max(n.number::bigint) as highest
from (
    select f.factuurnummer::text as number
    from james.factuur as f
    inner join james.praktijk as p on f.praktijk_id = p.praktijk_id
    where
        p.praktijkcode = %(james_practice_code)s::text
        and f.gefactureerd_op >= %(from_date)s::date::timestamp at time zone 'Europe/Amsterdam'
    union all
    select c.factuurnummer::text as number
    from james.declaratie as c
    inner join james.praktijk as p on c.praktijk_id = p.praktijk_id
    where
        p.praktijkcode = %(james_practice_code)s::text
        and c.gefactureerd_op >= %(from_date)s::date::timestamp at time zone 'Europe/Amsterdam'
) as n
where n.number ~ '^[0-9]{1,10}$'
