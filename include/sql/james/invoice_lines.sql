-- The lines of the asked invoices and claims, without the text on them:
-- that may tell of a treatment (M3).
-- Parameters:
--   invoice_keys text[]          keys as invoice_keys.sql gives them
--   james_practice_code text     James' own code of the practice
-- Returns:
--   invoice_key text             factuur:<id> or declaratie:<id>
--   line_number integer
--   profession text              code of the profession (M8)
--   item_origin text             tariff (Tarieven) or article (Artikelen) (M8)
--   vat_percentage numeric       21.00
--   amount numeric               gross, VAT included; negative on a credit and on a discount
with asked as (
    select
        split_part(key, ':', 1) as kind,
        split_part(key, ':', 2)::bigint as id
    from unnest(%(invoice_keys)s::text[]) as key
)

select
    'factuur:' || r.factuur_id as invoice_key,
    r.regelnummer::integer as line_number,
    prof.code::text as profession,
    case when r.artikel_id is null then 'tariff' else 'article' end as item_origin,
    r.btw_percentage::numeric as vat_percentage,
    r.bedrag::numeric as amount
from asked
inner join james.factuur as f on asked.id = f.factuur_id
inner join james.praktijk as p on f.praktijk_id = p.praktijk_id
inner join james.factuurregel as r on f.factuur_id = r.factuur_id
inner join james.professie as prof on r.professie_id = prof.professie_id
where asked.kind = 'factuur' and p.praktijkcode = %(james_practice_code)s::text
union all
select
    'declaratie:' || r.declaratie_id as invoice_key,
    r.regelnummer::integer as line_number,
    prof.code::text as profession,
    case when r.artikel_id is null then 'tariff' else 'article' end as item_origin,
    r.btw_percentage::numeric as vat_percentage,
    r.bedrag::numeric as amount
from asked
inner join james.declaratie as c on asked.id = c.declaratie_id
inner join james.praktijk as p on c.praktijk_id = p.praktijk_id
inner join james.declaratieregel as r on c.declaratie_id = r.declaratie_id
inner join james.professie as prof on r.professie_id = prof.professie_id
where asked.kind = 'declaratie' and p.praktijkcode = %(james_practice_code)s::text
