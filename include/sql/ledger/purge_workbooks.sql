-- Empties workbooks that were made at or before a moment: their names, numbers and totals stay.
with due as (
    select f.export_id
    from export_file as f
    where
        f.practice = %(practice)s
        and (f.content is not null or f.location is not null)
        and f.created_at <= %(before)s
    order by f.created_at
    limit %(rows)s
)

update export_file as f
set
    content = null,
    location = null
from due
where f.export_id = due.export_id
returning f.export_id;
