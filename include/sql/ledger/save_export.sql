-- Keeps a workbook as it is handed over, and notes on its bookings that they are in it: those of
-- its journal and month. Promises that a file which exists is never changed: a hand-over that is
-- done again in the same run makes another, with a number in its name.
with made as (
    insert into export_file (
        practice, run_id, file_name, content, location, sha256, invoices, total_cents, kind, set_id, journal,
        month
    )
    select
        %(practice)s,
        %(run_id)s,
        %(stem)s || case when count(*) = 0 then '' else '_' || count(*) + 1 end
        || '.' || %(ending)s as file_name,
        %(content)s::bytea,
        %(location)s,
        %(sha256)s,
        %(invoices)s,
        %(total_cents)s,
        %(kind)s,
        %(set_id)s::uuid,
        %(journal)s,
        %(month)s::date
    from export_file
    where run_id = %(run_id)s and starts_with(file_name, %(stem)s)
    returning export_id, file_name
),

noted as (
    update booking as b
    set
        export_id = made.export_id,
        moved_in_run = %(run_id)s
    from made
    where
        b.run_id = %(run_id)s
        and b.kind = %(kind)s
        and b.journal = %(journal)s
        and date_trunc('month', b.entry_date)::date = %(month)s::date
        and b.state = 'exported'
        and b.export_id is null
)

select file_name from made;
