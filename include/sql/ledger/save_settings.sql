-- Adds a version of the settings when they differ from the latest. Returns nothing when they do
-- not.
with latest as (
    select
        version,
        settings
    from settings_version
    where practice = %(practice)s
    order by version desc
    limit 1
)

insert into settings_version (
    practice, version, settings, changed_by, source_file, source_sha256, restored_from
)
select
    %(practice)s,
    coalesce((select latest.version from latest), 0) + 1,
    %(settings)s::jsonb,
    %(changed_by)s,
    %(source_file)s,
    %(source_sha256)s,
    %(restored_from)s
where not exists (select 1 from latest where latest.settings = %(settings)s::jsonb)
returning version;
