-- What a practice is called and registered as: compared with its division (M6).
-- Asked by the check of requirements only, not by a night.
-- Parameters:
--   james_practice_code text     James' own code of the practice
-- Returns:
--   name text                    name of the practice
--   chamber_of_commerce text     number in the register of companies
--   vat_number text
--   iban text                    where its invoices are paid
select
    p.naam::text as name,
    p.kvk_nummer::text as chamber_of_commerce,
    p.btw_nummer::text as vat_number,
    p.iban::text as iban
from james.praktijk as p
where p.praktijkcode = %(james_practice_code)s::text
