-- Keys of every final invoice (factuur) and claim (declaratie) whose number was assigned
-- in a range of days (M3, M20).
-- A night asks James for a count and a digest of these rows per month, and reads the keys of the
-- months that differ: what is here and moves is seen the same night. `total` and `debtor_kind` are
-- here for that alone, should one of them change without `changed_at`.
-- A final invoice without a day is in every range: better rejected by name than never seen.
-- Parameters:
--   james_practice_code text     James' own code of the practice
--   from_date date               first day, Europe/Amsterdam
--   before_date date             the day after the last day
-- Returns:
--   invoice_key text             factuur:<id> or declaratie:<id>
--   invoice_date date            day on which the number was assigned, Europe/Amsterdam
--   changed_at timestamptz       moves whenever anything of the invoice or its lines changes
--   total numeric                gross, VAT included, as invoices.sql gives it
--   debtor_kind text             as James has it
select
    'factuur:' || f.factuur_id as invoice_key,
    (f.gefactureerd_op at time zone 'Europe/Amsterdam')::date as invoice_date,
    f.gewijzigd_op as changed_at,
    f.totaalbedrag::numeric as total,
    d.soort::text as debtor_kind
from james.factuur as f
inner join james.praktijk as p on f.praktijk_id = p.praktijk_id
left join james.debiteur as d on f.debiteur_id = d.debiteur_id
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
    'declaratie:' || c.declaratie_id as invoice_key,
    (c.gefactureerd_op at time zone 'Europe/Amsterdam')::date as invoice_date,
    c.gewijzigd_op as changed_at,
    c.totaalbedrag::numeric as total,
    d.soort::text as debtor_kind
from james.declaratie as c
inner join james.praktijk as p on c.praktijk_id = p.praktijk_id
left join james.debiteur as d on c.debiteur_id = d.debiteur_id
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
