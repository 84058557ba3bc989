-- The workbooks that were handed over to a practice, the newest hand-over first, each in the order
-- of its import, without their content.
select
    f.export_id::text as export_id,
    f.file_name,
    f.sha256,
    f.invoices,
    f.total_cents,
    f.created_at,
    f.content is not null or f.location is not null as is_kept,
    act.acted_by as taken_back_by,
    f.kind,
    f.set_id::text as set_id,
    c.found,
    c.missing,
    c.different
from export_file as f
left join export_check as c on f.export_id = c.export_id
left join act
    on
        f.practice = act.practice
        and f.file_name = act.subject
        and act.act = 'take_back_file'
        and act.taken_back_at is null
where f.practice = %(practice)s
order by
    f.created_at desc,
    f.set_id asc,
    array_position(array['control', 'relations', 'sales_entry', 'general_journal_entry'], f.kind) asc,
    f.journal asc,
    f.month asc,
    f.file_name asc;
