-- The list of requirements as it was read last, of the settings and division that the practice has.
select
    c.requirements,
    c.settings_version,
    c.checked_by,
    c.checked_at,
    c.refreshed_at
from requirement_check as c
inner join practice as p on c.practice = p.code and c.division = p.division
where
    c.practice = %(practice)s
    and c.settings_version = (
        select max(s.version) from settings_version as s
        where s.practice = c.practice
    );
