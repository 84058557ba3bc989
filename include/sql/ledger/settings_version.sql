-- One version of a practice's settings, with who made it.
select
    version,
    settings,
    changed_by,
    changed_at,
    source_file,
    source_sha256,
    restored_from
from settings_version
where practice = %(practice)s and version = %(version)s;
