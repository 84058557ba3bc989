-- Keeps a workbook as it was handed over.
insert into export_file (practice, run_id, file_name, content, sha256, invoices, total_cents)
values (%(practice)s, %(run_id)s, %(file_name)s, %(content)s, encode(sha256(%(content)s), 'hex'), %(invoices)s, %(total_cents)s);
