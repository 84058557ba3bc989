-- The workbooks that were handed over to a practice, newest first, without their content.
select
    f.export_id::text as export_id,
    f.file_name,
    f.sha256,
    f.invoices,
    f.total_cents,
    f.created_at,
    f.content is not null as is_kept,
    act.acted_by as taken_back_by
from export_file as f
left join act
    on
        f.practice = act.practice
        and f.file_name = act.subject
        and act.act = 'take_back_file'
        and act.taken_back_at is null
where f.practice = %(practice)s
order by f.created_at desc, f.file_name asc;
