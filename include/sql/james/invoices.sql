-- The asked invoices and claims: money facts only, no treatment, no diagnosis, no BSN (M3).
-- Parameters:
--   invoice_keys text[]          keys as invoice_keys.sql gives them
--   james_practice_code text     James' own code of the practice
-- Returns:
--   invoice_key text             factuur:<id> or declaratie:<id>
--   invoice_kind text            invoice (factuur) or claim (declaratie)
--   invoice_number text
--   claim_number text            of a claim only (M17)
--   invoice_date date            day on which the number was assigned, Europe/Amsterdam
--   debtor_number text
--   debtor_kind text             patient, insurer, institution; anything else is what James has
--   payment_condition text       one of the seven (M13); anything else is what James has
--   currency text
--   total numeric                gross, VAT included
--   credited_invoice_number text  of a credit invoice: the number it credits
--   changed_at timestamptz       moves whenever anything of the invoice or its lines changes
with asked as (
    select
        split_part(key, ':', 1) as kind,
        split_part(key, ':', 2)::bigint as id
    from unnest(%(invoice_keys)s::text[]) as key
),

found as (
    select
        'factuur:' || f.factuur_id as invoice_key,
        'invoice' as invoice_kind,
        f.praktijk_id,
        f.debiteur_id,
        f.factuurnummer,
        null as declaratienummer,
        f.gefactureerd_op,
        f.betalingsconditie,
        f.valuta,
        f.totaalbedrag,
        f.gewijzigd_op,
        original.factuurnummer as credited
    from asked
    inner join james.factuur as f on asked.id = f.factuur_id
    left join james.factuur as original on f.crediteert_factuur_id = original.factuur_id
    where asked.kind = 'factuur'
    union all
    select
        'declaratie:' || c.declaratie_id as invoice_key,
        'claim' as invoice_kind,
        c.praktijk_id,
        c.debiteur_id,
        c.factuurnummer,
        c.declaratienummer,
        c.gefactureerd_op,
        c.betalingsconditie,
        c.valuta,
        c.totaalbedrag,
        c.gewijzigd_op,
        original.factuurnummer as credited
    from asked
    inner join james.declaratie as c on asked.id = c.declaratie_id
    left join james.declaratie as original on c.crediteert_declaratie_id = original.declaratie_id
    where asked.kind = 'declaratie'
)

select
    found.invoice_key,
    found.invoice_kind,
    found.factuurnummer::text as invoice_number,
    found.declaratienummer::text as claim_number,
    (found.gefactureerd_op at time zone 'Europe/Amsterdam')::date as invoice_date,
    d.debiteurnummer::text as debtor_number,
    case d.soort
        when 'Patiënt' then 'patient'
        when 'Verzekeraar' then 'insurer'
        when 'Instelling' then 'institution'
        else d.soort::text
    end as debtor_kind,
    case found.betalingsconditie
        when '14D' then 'days_14'
        when '21D' then 'days_21'
        when '30D' then 'days_30'
        when '60D' then 'days_60'
        when 'PIN' then 'pin'
        when 'CONTANT' then 'cash'
        when 'INCASSO' then 'direct_debit'
        else found.betalingsconditie::text
    end as payment_condition,
    found.valuta::text as currency,
    found.totaalbedrag::numeric as total,
    found.credited::text as credited_invoice_number,
    found.gewijzigd_op as changed_at
from found
inner join james.praktijk as p on found.praktijk_id = p.praktijk_id
inner join james.debiteur as d on found.debiteur_id = d.debiteur_id
where p.praktijkcode = %(james_practice_code)s::text
