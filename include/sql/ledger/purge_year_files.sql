-- Deletes the facts of workbooks whose bookings are all deleted.
delete from export_file as f
using practice as p
where
    f.practice = %(practice)s
    and p.code = f.practice
    and f.created_at < p.deleted_before
    and not exists (
        select 1
        from booking as b
        where b.practice = f.practice and b.export_id = f.export_id
    )
returning f.export_id;
