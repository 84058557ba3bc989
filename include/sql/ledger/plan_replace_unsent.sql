-- planned, held or rejected -> planned, exported or rejected: a booking of which Exact certainly
-- has nothing takes over the newer content and goes the way of this run. Promises that one that was
-- sent, and not rejected since, keeps the number and the content it was sent with.
with changed as (
    select
        b.booking_id,
        n.*
    from new_booking as n
    inner join current_booking as b on b.practice = %(practice)s and n.source_key = b.source_key
    where
        (
            (b.state in ('planned', 'held') and b.attempt = b.rejected_attempt)
            or (b.state = 'rejected' and b.attempt = 0)
        )
        and b.fingerprint <> n.fingerprint
),

gone as (
    delete from booking_line
    where booking_id in (select changed.booking_id from changed)
)

update booking as b
set
    state = case
        when changed.reason is not null then 'rejected'
        when %(exported)s then 'exported'
        else 'planned'
    end,
    version = b.version + 1,
    kind = changed.kind,
    run_id = %(run_id)s,
    moved_in_run = %(run_id)s,
    settings_version = %(settings_version)s,
    fingerprint = changed.fingerprint,
    payload = changed.payload,
    debtor_number = coalesce(changed.debtor_number, b.debtor_number),
    journal = changed.journal,
    financial_year = changed.financial_year,
    financial_period = changed.financial_period,
    entry_date = changed.entry_date,
    entry_number = changed.entry_number,
    reference = changed.reference,
    total_cents = coalesce(changed.total_cents, 0),
    source_changed_at = changed.source_changed_at,
    reason = changed.reason,
    reason_values = changed.reason_values,
    exact_message = null,
    rejected_under = null,
    rejected_times = 0,
    planned_at = clock_timestamp()
from changed
where b.booking_id = changed.booking_id;
