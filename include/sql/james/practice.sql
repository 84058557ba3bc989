-- The practice as James knows it: proves that the practice code is right
-- before anything is read for it.
-- Parameters:
--   james_practice_code text     James' own code of the practice
-- Returns:
--   james_practice_code text     the same code
--   name text                    name of the practice
--   first_debtor_number bigint   where the numbers of new debtors start (M16)
select
    p.praktijkcode::text as james_practice_code,
    p.naam::text as name,
    p.startnummer_debiteuren::bigint as first_debtor_number
from james.praktijk as p
where p.praktijkcode = %(james_practice_code)s::text
