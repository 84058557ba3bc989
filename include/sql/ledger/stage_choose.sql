-- Scope is absence from the ledger, not a watermark. Fetched are invoices the ledger doesn't know,
-- rejected and held ones (their cause may be cured), ones that were removed everywhere and are in
-- James again, and known ones that changed in James since; for a hand-over also those that were
-- planned and never sent. What is on its way to Exact is left alone: it is settled first. For the
-- effect of other settings all of them are fetched. The ledger is asked key by key: there are few,
-- but when all of James is read.
insert into wanted_key
select k.invoice_key
from james_key as k
left join
    lateral (
        select
            booking.state,
            booking.attempt,
            booking.closed_by_person,
            booking.source_changed_at
        from booking
        where
            booking.practice = %(practice)s
            and booking.source_key = k.invoice_key
            and booking.kind <> 'debtor'
            and booking.is_latest
        offset 0  -- noqa: AM09
    ) as b
    on true
group by k.invoice_key
having
    bool_and(
        %(known_too)s
        or b.state is null
        or b.state in ('rejected', 'held')
        or (b.state = 'closed' and not b.closed_by_person)
        or (%(unsent_too)s and b.state = 'planned' and b.attempt = 0)
        or (
            b.state in ('planned', 'booked', 'exported') and b.source_changed_at is distinct from k.changed_at
        )
    );
