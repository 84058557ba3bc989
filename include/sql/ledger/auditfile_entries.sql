-- The entries that the lines of the file make. Owned: the division's practices booked one under
-- that journal and number.
insert into auditfile_entry (
    journal, entry_number, first_period, last_period, debit_cents, has_vat_codes, is_owned
)
with found as (
    select
        l.journal,
        l.entry_number,
        min(l.period) as first_period,
        max(l.period) as last_period,
        sum(greatest(l.cents, 0))::bigint as debit_cents,
        bool_or(l.vat_code is not null) as has_vat_codes
    from auditfile_line as l
    group by l.journal, l.entry_number
),

owned as (
    select distinct
        b.journal,
        b.entry_number::text as entry_number
    from current_booking as b
    inner join practice_of_division as d on b.practice = d.serves
    where
        d.practice = %(practice)s
        and b.state in ('booked', 'exported', 'sending', 'doubtful')
        and b.entry_date between %(first_day)s and %(last_day)s
)

select
    f.journal,
    f.entry_number,
    f.first_period,
    f.last_period,
    f.debit_cents,
    f.has_vat_codes,
    o.journal is not null
from found as f
left join owned as o on f.journal = o.journal and f.entry_number = o.entry_number;
