-- The planned bookings of a batch in the order in which they are sent, with the relation's id where there is one.
-- One whose answers were lost too often in this run waits for the next: it must not keep the others waiting.
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
    r.bank_account_id::text as bank_account_id
from booking as b
left join relation as r
    on
        b.practice = r.practice
        and b.debtor_number = r.debtor_number
where
    b.practice = %(practice)s
    and b.kind = %(kind)s
    and b.booking_id between %(first_id)s and %(last_id)s
    and b.state = 'planned'
    and %(most_lost_answers)s > (
        select count(*)
        from booking_history as h
        where h.booking_id = b.booking_id and h.run_id = %(run_id)s and h.to_state = 'doubtful'
    )
order by b.booking_id;
