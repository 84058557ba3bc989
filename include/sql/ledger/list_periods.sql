-- The financial periods of each active practice as last kept; the rows as text, so that no number
-- becomes a float.
select
    p.code as practice,
    p.name,
    l.rows::text as rows,
    l.fetched_at
from practice as p
inner join exact_list as l on p.code = l.practice and l.list_name = 'periods'
where p.active
order by p.code;
