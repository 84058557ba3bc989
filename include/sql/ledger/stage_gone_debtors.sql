-- Debtors that are booked and no longer in James (merged, say): written down for people, the
-- relation in Exact stays (FR-F4).
insert into drift (practice, kind, source_key, reason, found_fingerprint, booked_cents, run_id)
select
    b.practice,
    b.kind,
    b.source_key,
    'debtor_gone_in_source',
    '',
    0,
    %(run_id)s
from current_booking as b
left join staged_debtor as s on s.run_id = %(run_id)s and b.debtor_number = s.debtor_number
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and b.state = 'booked'
    and s.debtor_number is null
on conflict do nothing;
