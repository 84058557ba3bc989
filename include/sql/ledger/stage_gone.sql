-- Booked or handed over, and no longer in James: written down for people, nothing is taken back by
-- itself (B9, FR-G4).
insert into drift (practice, kind, source_key, reason, found_fingerprint, booked_cents, run_id)
select
    b.practice,
    b.kind,
    b.source_key,
    'gone_in_source',
    '',
    b.total_cents,
    %(run_id)s
from current_booking as b
left join james_key as k on b.source_key = k.invoice_key
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state in ('booked', 'exported')
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
    and k.invoice_key is null
on conflict do nothing;
