-- The highest row version seen of a division's relations, and of their deletions: each the end of
-- its index.
select
    coalesce(
        (
            select max(x.row_version)
            from exact_relation as x
            where x.practice = %(practice)s and not x.deleted
        ),
        0
    ) as relations,
    coalesce(
        (
            select max(x.row_version)
            from exact_relation as x
            where x.practice = %(practice)s and x.deleted
        ),
        0
    ) as deletions;
