-- The workbooks with entries of a practice, oldest first, with who took them back.
select
    f.export_id::text,
    f.file_name,
    f.content,
    f.sha256,
    f.invoices,
    f.total_cents,
    f.created_at,
    act.acted_by as taken_back_by,
    f.kind,
    f.set_id::text,
    f.journal,
    f.month,
    f.location
from export_file as f
left join act
    on
        f.practice = act.practice
        and f.file_name = act.subject
        and act.act = 'take_back_file'
        and act.taken_back_at is null
where
    f.practice = %(practice)s
    and (%(set_id)s::uuid is null or f.set_id = %(set_id)s::uuid)
    and (%(companions)s or f.kind in ('sales_entry', 'general_journal_entry'))
order by f.created_at, f.file_name;
