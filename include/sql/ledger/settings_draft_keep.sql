-- Keeps settings that wait for a look, in the place of what the same person left before and of
-- what nobody came back for.
with forgotten as (
    delete from settings_draft
    where
        practice = %(practice)s
        and (made_by = %(made_by)s or made_at < now() - interval '7 days')
)

insert into settings_draft (practice, based_on, settings, made_by, source_file, source_sha256)
select
    %(practice)s,
    coalesce(max(version), 0),
    %(settings)s,
    %(made_by)s,
    %(source_file)s,
    %(source_sha256)s
from settings_version
where practice = %(practice)s
returning draft_id::text;
