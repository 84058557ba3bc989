-- The code in Exact of relations, by their id: of those that were read there, and whose code no
-- other relation bears.
select
    r.exact_id::text as relation_id,
    r.code
from exact_relation as r
where
    r.practice = %(practice)s
    and r.exact_id = any(%(relation_ids)s::uuid[])
    and not r.deleted
    and r.name <> ''
    and r.code <> ''
    and not exists (
        select 1
        from exact_relation as other
        where
            other.practice = r.practice
            and other.code = r.code
            and other.exact_id <> r.exact_id
            and not other.deleted
    );
