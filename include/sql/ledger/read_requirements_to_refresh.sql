-- The list of requirements as it was read last of the division that the practice has, of whatever
-- settings; locked until it is written.
select
    c.requirements,
    c.settings_version,
    c.checked_by,
    c.checked_at,
    c.refreshed_at
from requirement_check as c
inner join practice as p on c.practice = p.code and c.division = p.division
where c.practice = %(practice)s
for update of c;
