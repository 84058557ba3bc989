-- Keeps a workbook as it is handed over; a hand-over that is done again in the same run replaces
-- its own.
insert into export_file (practice, run_id, file_name, content, sha256, invoices, total_cents)
values (
    %(practice)s,
    %(run_id)s,
    %(file_name)s,
    %(content)s,
    encode(sha256(%(content)s), 'hex'),
    %(invoices)s,
    %(total_cents)s
)
on conflict (run_id, file_name) do update
    set
        content = excluded.content,
        sha256 = excluded.sha256,
        invoices = excluded.invoices,
        total_cents = excluded.total_cents;
