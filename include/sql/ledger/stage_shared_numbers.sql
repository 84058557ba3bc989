-- Writes beside each staged invoice of a run which invoices share its number. In Exact a number is
-- unique per journal and financial year, in James per kind and year, or, by a setting, per year;
-- the same key twice is a double as well; the last of these four that holds is named. A day in no
-- period of the division has no year, and shares with others that have none. A missing number is
-- shared with nobody. Named are the first five keys. Windows instead of joins: PostgreSQL knows
-- nothing yet of how many rows were staged a moment ago.
with period as (
    select
        (p.row ->> 'FinYear')::integer as year,
        (p.row ->> 'FinPeriod')::integer as number,
        exact_day(p.row ->> 'StartDate') as first_day,
        exact_day(p.row ->> 'EndDate') as last_day
    from exact_list as l
    cross join jsonb_array_elements(l.rows) as p (row)
    where l.practice = %(practice)s and l.list_name = 'periods'
),

series as (
    select
        s.settings ->> 'claims_journal' is not null as claims_apart,
        coalesce((s.settings ->> 'one_number_series')::boolean, false) as is_one
    from run as r
    inner join settings_version as s on r.practice = s.practice and r.settings_version = s.version
    where r.run_id = %(run_id)s
),

counted as (
    select
        ctid as place,
        invoice_key,
        invoice_number,
        invoice_kind,
        invoice_date,
        case
            when payment_condition in ('pin', 'cash') then 'general'
            when invoice_kind = 'claim' and (select series.claims_apart from series) then 'claims'
            else 'sales'
        end as journal,
        count(*) over (partition by invoice_number) as times_number,
        count(*) over (partition by invoice_key) as times_key
    from staged_invoice
    where run_id = %(run_id)s
),

grouped as (
    select
        c.place,
        c.invoice_key,
        g.*
    from counted as c
    left join lateral (
        select
            period.year,
            period.last_day
        from period
        where period.first_day <= c.invoice_date
        order by period.first_day desc, period.year desc, period.number desc
        limit 1
    ) as p on true
    cross join lateral (select case when c.invoice_date <= p.last_day then p.year end as year) as y
    cross join
        lateral (
            values
            (1, c.invoice_key, null, null),
            (2, c.invoice_number, y.year, c.invoice_kind),
            (3, c.invoice_number, y.year, c.journal),
            (4, case when (select series.is_one from series) then c.invoice_number end, y.year, null)
        ) as g (precedence, same, year, kind_or_journal)
    where (c.times_number > 1 or c.times_key > 1) and g.same is not null
),

ranked as (
    select
        *,
        row_number()
            over (partition by precedence, same, year, kind_or_journal order by invoice_key collate "C")
            as nth,
        count(*) over (partition by precedence, same, year, kind_or_journal) as times
    from grouped
),

named as (
    select
        place,
        invoice_key,
        precedence,
        times,
        string_agg(case when nth <= 5 then invoice_key when nth = 6 then '...' end, ', ') over (
            partition by precedence, same, year, kind_or_journal
            order by nth
            rows between unbounded preceding and unbounded following
        ) as keys
    from ranked
),

chosen as (
    select distinct
        place,
        first_value(keys) over (partition by invoice_key order by precedence desc, keys desc) as keys
    from named
    where times > 1
)

update staged_invoice as i
set shares_number_with = chosen.keys
from chosen
where i.run_id = %(run_id)s and i.ctid = chosen.place;
