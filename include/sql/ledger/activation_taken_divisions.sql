-- Which of some divisions serve other practices, which do not share them with this one.
select
    p.division,
    min(p.name) as name
from practice as p
where
    p.division = any(%(divisions)s)
    and p.code <> %(practice)s
    and not exists (
        select 1
        from shared_division as s
        where s.practice = least(p.code, %(practice)s) and s.shares_with = greatest(p.code, %(practice)s)
    )
group by p.division;
