-- Keeps a workbook as it is handed over, and notes on its bookings that they are in it. Promises
-- that a file which exists is never changed: a hand-over that is done again in the same run makes
-- another, with a number in its name.
with made as (
    insert into export_file (practice, run_id, file_name, content, sha256, invoices, total_cents)
    select
        %(practice)s,
        %(run_id)s,
        %(stem)s || case when count(*) = 0 then '' else '_' || count(*) + 1 end
        || '.' || %(ending)s as file_name,
        %(content)s,
        encode(sha256(%(content)s), 'hex') as sha256,
        %(invoices)s,
        %(total_cents)s
    from export_file
    where run_id = %(run_id)s and starts_with(file_name, %(stem)s)
    returning export_id
)

update booking as b
set export_id = made.export_id
from made
where b.run_id = %(run_id)s and b.kind = %(kind)s and b.state = 'exported' and b.export_id is null;
