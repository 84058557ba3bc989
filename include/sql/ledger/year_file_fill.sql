-- Per booked entry its debtor or suspense line, its revenue lines, and a VAT line per VAT code
-- with an amount. Cents, debit positive.
insert into year_file_line (
    journal, entry_number, period, entry_date, reference, debtor_number, place, gl_account, cents,
    vat_code, vat_cents
)
with entry as (
    select
        b.booking_id,
        b.journal,
        b.entry_number,
        b.financial_period,
        b.entry_date,
        b.reference,
        b.debtor_number,
        b.total_cents,
        case
            when b.kind = 'sales_entry' then s.settings ->> 'receivables_account'
            else
                %(codes_by_id)s::jsonb
                ->> lower(b.payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}')
        end as debit_account
    from booking as b
    left join settings_version as s on b.practice = s.practice and b.settings_version = s.version
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.state = 'booked'
        and b.financial_year = %(year)s
),

line as (
    select
        e.booking_id,
        0 as place,
        coalesce(e.debit_account, 'onbekend') as gl_account,
        e.total_cents as cents,
        null as vat_code,
        null::bigint as vat_cents
    from entry as e
    union all
    select
        e.booking_id,
        l.line_number,
        l.gl_account,
        l.vat_cents - l.gross_cents,
        l.vat_code,
        -l.vat_cents
    from entry as e
    inner join booking_line as l on e.booking_id = l.booking_id
    union all
    select
        e.booking_id,
        10000 + row_number() over (partition by e.booking_id order by l.vat_code),
        coalesce(%(vat_account_of_code)s::jsonb ->> l.vat_code, 'onbekend'),
        -sum(l.vat_cents),
        null,
        null
    from entry as e
    inner join booking_line as l on e.booking_id = l.booking_id
    group by e.booking_id, l.vat_code
    having sum(l.vat_cents) <> 0
)

select
    e.journal,
    e.entry_number,
    e.financial_period,
    e.entry_date,
    coalesce(e.reference, e.entry_number::text),
    e.debtor_number,
    l.place,
    l.gl_account,
    l.cents,
    l.vat_code,
    l.vat_cents
from entry as e
inner join line as l on e.booking_id = l.booking_id;
