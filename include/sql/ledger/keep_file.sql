-- closed -> exported, for all of a workbook that was taken back. Promises that each booking is the
-- latest version of its record: what went into a later workbook stays there.
update booking as b
set
    state = 'exported',
    moved_in_run = %(run_id)s
from export_file as f
where
    b.practice = %(practice)s
    and b.state = 'closed'
    and b.practice = f.practice
    and b.export_id = f.export_id
    and f.file_name = %(file_name)s
    and not exists (
        select 1
        from booking as later
        where
            later.practice = b.practice
            and later.source_key = b.source_key
            and later.version > b.version
    )
returning b.booking_id;
