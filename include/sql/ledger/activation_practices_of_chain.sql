-- The practices that are linked by one user of Exact, or that wait for their division.
select
    p.code,
    p.name,
    p.active,
    p.division_name
from practice as p
left join given_consent as g on p.code = g.practice
where p.chain_id = %(chain_id)s or g.chain_id = %(chain_id)s
order by p.code;
