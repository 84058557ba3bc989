-- Empties the workbooks in which a debtor's invoices were handed over, and the relations that went
-- with them: a line can't be taken out of a file that was handed over. Returns their names and
-- where objects of them stand; number and total stay.
with named as (
    select distinct
        f.export_id,
        f.set_id
    from export_file as f
    inner join booking as b on f.practice = b.practice and f.export_id = b.export_id
    where f.practice = %(practice)s and b.debtor_number = %(debtor_number)s
),

due as (
    select
        f.export_id,
        f.location
    from export_file as f
    where
        f.practice = %(practice)s
        and (f.content is not null or f.location is not null)
        and (
            f.export_id in (select named.export_id from named)
            or (f.kind = 'relations' and f.set_id in (select named.set_id from named))
        )
)

update export_file as f
set
    content = null,
    location = null
from due
where f.export_id = due.export_id
returning
    f.file_name,
    due.location;
