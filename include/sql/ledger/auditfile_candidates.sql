-- Entries of the file that no booking is booked under, and that bear the reference of an
-- invoice of ours on a line and have a line on one of its revenue accounts: a payment bears the
-- reference too, and has none.
insert into auditfile_candidate (journal, entry_number, booking_id)
with foreign_line as (
    select l.*
    from auditfile_line as l
    inner join auditfile_entry as e on l.journal = e.journal and l.entry_number = e.entry_number
    where not e.is_owned
),

revenue as (
    select distinct
        f.journal,
        f.entry_number
    from foreign_line as f
    where f.gl_account = any(%(revenue_accounts)s::text[])
),

named as (
    select
        f.journal,
        f.entry_number,
        t.reference
    from foreign_line as f
    inner join revenue as r on f.journal = r.journal and f.entry_number = r.entry_number
    cross join
        lateral (
            values (f.document_reference), (f.invoice_reference), (f.description)
        ) as t (reference)
    where t.reference is not null
)

select distinct on (n.journal, n.entry_number)
    n.journal,
    n.entry_number,
    b.booking_id
from named as n
inner join auditfile_booking as b on n.reference in (b.reference, b.reference_in_exact)
where b.state not in ('sending', 'doubtful')
order by n.journal asc, n.entry_number asc, (b.journal = n.journal) desc, b.booking_id asc;
