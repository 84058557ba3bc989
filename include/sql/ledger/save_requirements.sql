-- Keeps a list of requirements in the place of the one before.
insert into requirement_check (practice, division, settings_version, requirements, checked_by, checked_at)
select
    p.code,
    p.division,
    %(settings_version)s,
    %(requirements)s,
    %(checked_by)s,
    clock_timestamp()
from practice as p
where p.code = %(practice)s and p.division is not null
on conflict (practice) do update set
    division = excluded.division,
    settings_version = excluded.settings_version,
    requirements = excluded.requirements,
    checked_by = excluded.checked_by,
    checked_at = excluded.checked_at,
    refreshed_at = null;
