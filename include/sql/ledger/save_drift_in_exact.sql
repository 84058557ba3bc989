-- Entries of ours that were removed or changed by hand in Exact: written down for people, nothing
-- is booked again by itself (B9, FR-H7, FR-H8).
insert into drift (practice, kind, source_key, reason, found_fingerprint, booked_cents, found_cents, run_id)
select
    b.practice,
    b.kind,
    b.source_key,
    given.reason,
    coalesce(given.found_cents::text, ''),
    b.total_cents,
    given.found_cents,
    %(run_id)s
from jsonb_to_recordset(%(entries)s::jsonb) as given (entry_id uuid, reason text, found_cents bigint)
inner join booking as b on given.entry_id = b.exact_id
where b.practice = %(practice)s and b.state = 'booked'
on conflict do nothing;
