-- Per kind how many relations wait for a person's word, and of how many neither side looks like
-- another one too.
select
    m.kind,
    count(*) as open,
    count(*) filter (where m.is_only) as alone
from open_match as m
where m.practice = %(practice)s
group by m.kind
order by m.kind desc;
