-- The practices that a division serves and that do not share it with this one.
select p.code
from practice as p
where
    p.division = %(division)s
    and p.code <> %(practice)s
    and not exists (
        select 1
        from shared_division as s
        where s.practice = least(p.code, %(practice)s) and s.shares_with = greatest(p.code, %(practice)s)
    )
order by p.code;
