-- The versions of a practice's settings, newest first.
select
    version,
    settings,
    changed_by,
    changed_at,
    source_file,
    source_sha256,
    restored_from
from settings_version
where practice = %(practice)s
order by version desc
limit %(max_rows)s;
