-- The highest row version seen of a division's relations, and of their deletions.
select
    coalesce(max(row_version) filter (where not deleted), 0) as relations,
    coalesce(max(row_version) filter (where deleted), 0) as deletions
from exact_relation
where practice = %(practice)s;
