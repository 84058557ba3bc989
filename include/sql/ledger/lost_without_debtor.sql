-- What of a batch is doubtful and can't be compared: its debtor has no relation in Exact, and
-- nothing is under way that makes one: he is rejected, or James does not have him any more.
select
    b.booking_id,
    b.entry_number,
    b.reference,
    b.debtor_number
from booking as b
left join current_booking as d
    on b.practice = d.practice and 'debiteur:' || b.debtor_number = d.source_key
where
    b.practice = %(practice)s
    and b.kind = %(kind)s
    and b.turn = %(turn)s
    and b.booking_id between %(first_id)s and %(last_id)s
    and b.kind <> 'debtor'
    and b.state = 'doubtful'
    and coalesce(d.state not in ('planned', 'sending', 'doubtful', 'held'), true)
    and not exists (
        select 1
        from relation as r
        where r.practice = b.practice and r.debtor_number = b.debtor_number
    )
    and not (
        coalesce(d.state = 'booked', false)
        and exists (
            select 1
            from james_debtor as j
            where j.practice = b.practice and j.debtor_number = b.debtor_number
        )
    )
order by b.booking_id;
