-- Practices about which something was mailed and of which nothing is open any more; each once.
delete from told_practice as p
where
    (%(practice)s::text is null or p.practice = %(practice)s)
    and not exists (
        select 1
        from told_item as t
        where t.practice = p.practice
    )
returning p.practice;
