-- A workbook that was handed over, and where an object of it stands; both null once it was purged.
select
    file_name,
    content,
    location,
    sha256
from export_file
where practice = %(practice)s and export_id = %(export_id)s::uuid;
