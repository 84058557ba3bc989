-- The acts that one press of a button did.
select
    a.act_id,
    a.practice,
    p.name as practice_name,
    a.act,
    a.subject,
    a.acted_by,
    a.reason,
    a.acted_at,
    a.taken_back_by
from act as a
inner join practice as p on a.practice = p.code
where a.together = %(together)s
order by a.act_id;
