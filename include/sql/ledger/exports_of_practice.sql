-- The workbooks of a practice, oldest first.
select
    export_id::text,
    file_name,
    content,
    sha256,
    invoices,
    total_cents,
    created_at
from export_file
where practice = %(practice)s
order by created_at, file_name;
