-- The workbooks of a practice, oldest first, with who took them back.
select
    f.export_id::text,
    f.file_name,
    f.content,
    f.sha256,
    f.invoices,
    f.total_cents,
    f.created_at,
    act.acted_by as taken_back_by
from export_file as f
left join act
    on
        f.practice = act.practice
        and f.file_name = act.subject
        and act.act = 'take_back_file'
        and act.taken_back_at is null
where f.practice = %(practice)s
order by f.created_at, f.file_name;
