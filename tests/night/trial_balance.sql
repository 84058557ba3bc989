-- What a division's trial balance must be, said by a bookkeeper from James' own tables: one row per
-- G/L account, year and period, debit positive. Asks for the temporary tables account_of
-- (profession, revenue_group, vat_percentage, account) and the parameters below.
with invoices as (
    select 'factuur' as kind, factuur_id as id, debiteur_id, betalingsconditie,
        gefactureerd_op at time zone 'Europe/Amsterdam' as day
    from james.factuur
    where praktijk_id = %(practice_id)s and status in ('gefactureerd', 'herinnerd', 'betaald')
    union all
    select 'declaratie', declaratie_id, debiteur_id, betalingsconditie,
        gefactureerd_op at time zone 'Europe/Amsterdam'
    from james.declaratie
    where praktijk_id = %(practice_id)s and status in ('gefactureerd', 'herinnerd', 'betaald')
),

in_scope as (
    select * from invoices where day >= %(from_date)s::date and day < %(before_date)s::date
),

lines as (
    select 'factuur' as kind, factuur_id as id, professie_id, artikel_id, btw_percentage, bedrag
    from james.factuurregel
    union all
    select 'declaratie', declaratie_id, professie_id, artikel_id, btw_percentage, bedrag
    from james.declaratieregel
),

-- One entry line per invoice, account and percentage; gross cents.
entry_lines as (
    select
        i.kind,
        i.id,
        extract(year from i.day)::int as year,
        extract(month from i.day)::int as period,
        i.betalingsconditie in ('PIN', 'CONTANT') as at_the_desk,
        i.betalingsconditie,
        a.account,
        l.btw_percentage as percentage,
        min(a.place) as place,
        sum(l.bedrag * 100)::bigint as gross
    from in_scope as i
    inner join lines as l on i.kind = l.kind and i.id = l.id
    inner join james.debiteur as d on i.debiteur_id = d.debiteur_id
    inner join james.professie as p on l.professie_id = p.professie_id
    inner join account_of as a
        on
            p.code = a.profession
            and l.btw_percentage = a.vat_percentage
            and a.revenue_group = case
                when l.artikel_id is not null then 'articles'
                when d.soort = 'Verzekeraar' then 'insurers'
                when d.soort = 'Instelling' then 'institutions'
                else 'patients'
            end
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

-- The VAT that is printed on the invoice: once per percentage, half up. Each line gets its exact
-- share rounded down ...
shares as (
    select
        e.*,
        sum(gross) over same_rate as rate_gross,
        round(sum(gross) over same_rate * percentage / (100 + percentage))::bigint as rate_vat,
        case when sum(gross) over same_rate < 0 then -1 else 1 end as side
    from entry_lines as e
    window same_rate as (partition by kind, id, percentage)
),

floors as (
    select
        s.*,
        floor(side * gross * percentage / (100 + percentage))::bigint as low,
        side * gross * percentage / (100 + percentage)
        - floor(side * gross * percentage / (100 + percentage)) as remainder
    from shares as s
),

-- ... and the cents that are missing go to the largest remainders, the first line of equals first.
divided as (
    select
        f.*,
        side * (low + case
            when row_number() over (partition by kind, id, percentage order by remainder desc, place)
                <= side * rate_vat - sum(low) over (partition by kind, id, percentage) then 1
            else 0
        end) as vat
    from floors as f
),

postings as (
    select account, year, period, -(gross - vat) as cents from divided
    union all
    select case percentage when 0 then %(vat_zero)s when 9 then %(vat_low)s else %(vat_high)s end,
        year, period, -vat
    from divided
    union all
    select
        case
            when not at_the_desk then %(receivables)s when betalingsconditie = 'PIN' then %(pin)s
            else %(cash)s
        end,
        year,
        period,
        gross
    from divided
)

select account, year, period, sum(cents)::bigint as cents
from postings
group by 1, 2, 3
having sum(cents) <> 0
