-- The professions that the practice uses: each has its own twelve revenue accounts (M8).
-- Asked by the intake workbook only, not by a night.
-- Parameters:
--   james_practice_code text     James' own code of the practice
-- Returns:
--   code text                    as invoice_lines.sql gives it
--   name text                    as people read it
select
    prof.code::text as code,
    prof.omschrijving::text as name
from james.praktijk_professie as pp
inner join james.praktijk as p on pp.praktijk_id = p.praktijk_id
inner join james.professie as prof on pp.professie_id = prof.professie_id
where p.praktijkcode = %(james_practice_code)s::text
order by prof.code
