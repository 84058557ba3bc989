-- Booked or exported, and other money, day or debtor in James since: written down for people,
-- nothing is rewritten (B9, FR-G1).
with now_there as (
    select
        n.*,
        b.booking_id,
        b.total_cents as booked_cents,
        b.fingerprint as booked_fingerprint,
        b.kind <> n.kind
        or b.entry_date <> n.entry_date
        or b.debtor_number <> n.debtor_number
        or b.total_cents <> n.total_cents
        or n.reason is not null
        or exists (
            (select
                l.profession,
                l.revenue_group,
                l.vat_rate,
                l.gross_cents
            from new_line as l
            where l.source_key = n.source_key)
            except
            (select
                old.profession,
                old.revenue_group,
                old.vat_rate,
                old.gross_cents
            from booking_line as old
            where old.booking_id = b.booking_id)
        ) as differs
    from new_booking as n
    inner join current_booking as b on b.practice = %(practice)s and n.source_key = b.source_key
    where b.state in ('booked', 'exported') and n.kind <> 'debtor'
),

noted as (
    insert into drift (
        practice, kind, source_key, reason, found_fingerprint, booked_cents, found_cents, run_id
    )
    select
        %(practice)s,
        kind,
        source_key,
        'changed_after_booking',
        fingerprint,
        booked_cents,
        total_cents,
        %(run_id)s
    from now_there
    where differs
    on conflict do nothing
)

update booking as b
set source_changed_at = now_there.source_changed_at
from now_there
where b.booking_id = now_there.booking_id and not now_there.differs;
