-- The doubtful bookings of a practice, with the seconds until Exact may be asked (again), by this database's clock.
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
    greatest(
        0,
        %(settle_seconds)s - extract(epoch from clock_timestamp() - coalesce(b.absent_since, b.unknown_since))
    )::double precision as wait_seconds
from booking as b
left join relation as r
    on
        b.practice = r.practice
        and b.debtor_number = r.debtor_number
where b.practice = %(practice)s and b.state = 'doubtful'
order by wait_seconds, b.booking_id;
