-- All lines, entry by entry.
select
    journal,
    entry_number,
    period,
    entry_date,
    reference,
    debtor_number,
    place,
    gl_account,
    cents,
    vat_code,
    vat_cents
from year_file_line
order by journal, entry_number, place;
