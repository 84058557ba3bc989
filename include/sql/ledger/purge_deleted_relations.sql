-- Empties name and postcode of relations that were deleted in Exact. The rows stay: their row
-- version says up to where deletions were read.
with due as (
    select
        x.practice,
        x.exact_id
    from exact_relation as x
    where x.practice = %(practice)s and x.deleted and (x.name <> '' or x.postcode is not null)
    order by x.exact_id
    limit %(rows)s
    for update skip locked
)

update exact_relation as x
set name = '', postcode = null
from due
where x.practice = due.practice and x.exact_id = due.exact_id
returning x.exact_id;
