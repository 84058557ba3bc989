-- Keeps a list of which one item was judged anew. Who had all of it read last, and when its lists
-- were read, stays, unless that was of another division.
insert into requirement_check as c (
    practice, division, settings_version, requirements, checked_by, checked_at, refreshed_at
)
select
    p.code,
    p.division,
    %(settings_version)s,
    %(requirements)s,
    null,
    null,
    null
from practice as p
where p.code = %(practice)s and p.division is not null
on conflict (practice) do update set
    checked_by = case when c.division = excluded.division then c.checked_by end,
    checked_at = case when c.division = excluded.division then c.checked_at end,
    refreshed_at = case when c.division = excluded.division then c.refreshed_at end,
    division = excluded.division,
    settings_version = excluded.settings_version,
    requirements = excluded.requirements;
