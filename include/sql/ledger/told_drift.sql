-- Entries of ours of which it was written down before that Exact has them otherwise.
select b.exact_id::text as entry_id
from drift as d
inner join booking as b
    on
        d.practice = b.practice
        and d.source_key = b.source_key
where
    d.practice = %(practice)s
    and d.reason in ('changed_in_exact', 'gone_in_exact')
    and b.exact_id is not null;
