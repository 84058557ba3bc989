-- A booking whose number the file lacks is the entry with its reference, if there is one; the
-- likest of several.
with likest as (
    select distinct on (c.booking_id)
        c.booking_id,
        c.journal,
        c.entry_number
    from auditfile_candidate as c
    inner join auditfile_booking as b on c.booking_id = b.booking_id
    inner join auditfile_entry as e on c.journal = e.journal and c.entry_number = e.entry_number
    where b.state in ('booked', 'exported') and b.file_journal is null
    order by
        c.booking_id asc,
        (e.debit_cents = abs(b.total_cents)) desc,
        (c.journal = b.journal) desc,
        c.journal asc,
        c.entry_number asc
),

used as (
    update auditfile_candidate as c
    set is_used = true
    from likest as k
    where c.journal = k.journal and c.entry_number = k.entry_number
)

update auditfile_booking as b
set file_journal = k.journal, file_number = k.entry_number, is_expected = true, is_later = false
from likest as k
where b.booking_id = k.booking_id;
