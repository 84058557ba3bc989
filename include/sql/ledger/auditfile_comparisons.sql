-- The latest comparisons of a practice, the newest first; or the one with this id.
select
    comparison_id::text,
    practice,
    made_by,
    made_at,
    file_sha256,
    header,
    numbers
from auditfile_comparison
where
    practice = %(practice)s
    and (%(comparison_id)s::uuid is null or comparison_id = %(comparison_id)s)
order by made_at desc, comparison_id asc
limit %(most)s;
