-- Entries of ours that were reported before: Exact has them otherwise, or no longer.
select b.exact_id::text as entry_id
from drift as d
inner join booking as b on d.practice = b.practice and d.source_key = b.source_key
where
    d.practice = %(practice)s
    and d.reason in ('changed_in_exact', 'gone_in_exact')
    and b.exact_id is not null;
