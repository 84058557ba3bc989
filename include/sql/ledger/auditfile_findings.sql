-- What a comparison found, in order; of one kind where it is named.
select
    f.finding_number,
    f.kind,
    f.source_key,
    f.details
from auditfile_finding as f
where
    f.comparison_id = %(comparison_id)s
    and (%(kind)s::text is null or f.kind = %(kind)s)
order by f.finding_number
limit %(most)s offset %(skipped)s;
