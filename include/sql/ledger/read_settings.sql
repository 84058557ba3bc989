-- One version of a practice's settings, the latest when no version is asked for.
select
    version,
    settings
from settings_version
where
    practice = %(practice)s
    and (%(version)s::integer is null or version = %(version)s)
order by version desc
limit 1;
