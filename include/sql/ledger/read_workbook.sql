-- A workbook that was handed over; its content is null once it was purged.
select
    file_name,
    content
from export_file
where practice = %(practice)s and export_id = %(export_id)s::uuid;
