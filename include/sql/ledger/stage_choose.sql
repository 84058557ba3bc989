-- Scope is absence from the ledger, not a watermark. Fetched are invoices the ledger doesn't know,
-- rejected and held ones (their cause may be cured), ones that were removed everywhere and are in
-- James again, and known ones that changed in James since; for a hand-over also those that were
-- planned and never sent. What is on its way to Exact is left alone: it is settled first. For the
-- effect of other settings all of them are fetched.
insert into wanted_key
select k.invoice_key
from james_key as k
left join every_current_booking as b
    on
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and k.invoice_key = b.source_key
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
