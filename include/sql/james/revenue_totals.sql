-- What the final invoices and claims of a range of days come to, added up by James itself:
-- the first leg of the reconciliation (B4).
-- Parameters:
--   james_practice_code text     James' own code of the practice
--   from_date date               first day, Europe/Amsterdam
--   before_date date             the day after the last day
-- Returns:
--   month date                   first day of its month, Europe/Amsterdam; null without a day
--   debtor_kind text             patient, insurer, institution; anything else is what James has
--   item_origin text             tariff (Tarieven) or article (Artikelen) (M8)
--   vat_percentage numeric       21.00
--   amount numeric               gross, VAT included
--   invoices bigint              invoices and claims that have such a line
with assigned as (
    select
        'factuur' as kind,
        f.factuur_id as id,
        f.debiteur_id,
        date_trunc('month', f.gefactureerd_op at time zone 'Europe/Amsterdam')::date as month
    from james.factuur as f
    inner join james.praktijk as p on f.praktijk_id = p.praktijk_id
    where
        p.praktijkcode = %(james_practice_code)s::text
        and f.status in ('gefactureerd', 'herinnerd', 'betaald')
        and (
            f.gefactureerd_op is null
            or (
                f.gefactureerd_op >= %(from_date)s::date::timestamp at time zone 'Europe/Amsterdam'
                and f.gefactureerd_op < %(before_date)s::date::timestamp at time zone 'Europe/Amsterdam'
            )
        )
    union all
    select
        'declaratie' as kind,
        c.declaratie_id as id,
        c.debiteur_id,
        date_trunc('month', c.gefactureerd_op at time zone 'Europe/Amsterdam')::date as month
    from james.declaratie as c
    inner join james.praktijk as p on c.praktijk_id = p.praktijk_id
    where
        p.praktijkcode = %(james_practice_code)s::text
        and c.status in ('gefactureerd', 'herinnerd', 'betaald')
        and (
            c.gefactureerd_op is null
            or (
                c.gefactureerd_op >= %(from_date)s::date::timestamp at time zone 'Europe/Amsterdam'
                and c.gefactureerd_op < %(before_date)s::date::timestamp at time zone 'Europe/Amsterdam'
            )
        )
),

amounts as (
    select
        a.kind,
        a.id,
        a.debiteur_id,
        a.month,
        r.artikel_id,
        r.btw_percentage,
        r.bedrag
    from assigned as a
    inner join james.factuurregel as r on a.kind = 'factuur' and a.id = r.factuur_id
    union all
    select
        a.kind,
        a.id,
        a.debiteur_id,
        a.month,
        r.artikel_id,
        r.btw_percentage,
        r.bedrag
    from assigned as a
    inner join james.declaratieregel as r on a.kind = 'declaratie' and a.id = r.declaratie_id
)

select
    amounts.month,
    case d.soort
        when 'Patiënt' then 'patient'
        when 'Verzekeraar' then 'insurer'
        when 'Instelling' then 'institution'
        else d.soort::text
    end as debtor_kind,
    case when amounts.artikel_id is null then 'tariff' else 'article' end as item_origin,
    amounts.btw_percentage::numeric as vat_percentage,
    coalesce(sum(amounts.bedrag), 0)::numeric as amount,
    count(distinct amounts.kind || amounts.id) as invoices
from amounts
inner join james.debiteur as d on amounts.debiteur_id = d.debiteur_id
group by 1, 2, 3, 4
order by 1, 2, 3, 4
