-- Booked or handed over, and other money, day, number or debtor in James since: written down for
-- the reconciliation, nothing is rewritten (B9, FR-G1). One that James has as it was booked again
-- is no change any more.
with now_there as (
    select
        n.*,
        b.booking_id,
        b.kind <> n.kind
        or b.entry_date <> n.entry_date
        or b.entry_number <> n.entry_number
        or b.reference <> n.reference
        or b.debtor_number <> n.debtor_number
        or b.total_cents <> n.total_cents
        or n.reason is not null
        or (
            b.settings_version = %(settings_version)s
            and b.payload::jsonb ->> 'PaymentCondition' <> n.payload::jsonb ->> 'PaymentCondition'
        )
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
    insert into james_change (practice, source_key, found, run_id)
    select
        %(practice)s,
        t.source_key,
        to_jsonb(t) - 'differs' - 'booking_id'
        || jsonb_build_object('settings_version', %(settings_version)s::integer, 'lines', lines.found),
        %(run_id)s
    from now_there as t
    cross join
        lateral (
            select coalesce(jsonb_agg(to_jsonb(l) - 'source_key' order by l.line_number), '[]') as found
            from new_line as l
            where l.source_key = t.source_key
        ) as lines
    where t.differs
    on conflict (practice, source_key) do update set found = excluded.found
),

as_booked as (
    delete from james_change as c
    using now_there as t
    where c.practice = %(practice)s and c.source_key = t.source_key and not t.differs
)

update booking as b
set source_changed_at = now_there.source_changed_at
from now_there
where b.booking_id = now_there.booking_id and not now_there.differs;
