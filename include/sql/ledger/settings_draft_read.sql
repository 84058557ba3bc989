-- Settings that wait for a look, of this practice alone.
select
    d.draft_id::text as draft_id,
    d.settings,
    d.made_by,
    d.source_file,
    d.source_sha256,
    not exists (
        select 1 from settings_version as v
        where v.practice = d.practice and v.version > d.based_on
    ) as is_current
from settings_draft as d
where d.practice = %(practice)s and d.draft_id::text = %(draft_id)s;
