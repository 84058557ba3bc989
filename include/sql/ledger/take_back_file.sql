-- exported -> closed, for all of a workbook, on a person's word that it was not imported. It goes
-- into a later workbook as a new version; this one keeps its workbook. Promises that none of it
-- stands in Exact.
update booking as b
set
    state = 'closed',
    closed_by_person = false,
    moved_in_run = %(run_id)s
from export_file as f
where
    b.practice = %(practice)s
    and b.state = 'exported'
    and b.practice = f.practice
    and b.export_id = f.export_id
    and f.file_name = %(file_name)s
    and not exists (
        select 1
        from exact_line as x
        where
            x.practice = b.practice
            and x.journal = b.journal
            and x.financial_year = b.financial_year
            and x.entry_number = b.entry_number
    )
returning b.booking_id;
