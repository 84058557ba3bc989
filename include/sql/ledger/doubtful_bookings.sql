-- The doubtful bookings of a practice, with the time at which Exact may be asked (again).
select
    b.booking_id,
    b.practice,
    b.kind,
    b.source_key,
    b.payload,
    b.debtor_number,
    b.journal,
    b.financial_year,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.attempt,
    r.exact_id::text as relation_id,
    r.contact_id::text as contact_id,
    r.bank_account_id::text as bank_account_id,
    b.absent_since is not null as absent_once,
    coalesce(b.absent_since, b.unknown_since) + make_interval(secs => %(settle_seconds)s) as ask_at
from booking as b
left join relation as r
    on
        b.practice = r.practice
        and b.debtor_number = r.debtor_number
where b.practice = %(practice)s and b.state = 'doubtful'
order by ask_at, b.booking_id;
