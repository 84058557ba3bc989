-- Entries in Exact that no booking is booked under, and that have the number of a record, or its
-- reference and total, or an open difference with it.
select distinct x.entry_id::text
from exact_line as x
inner join current_booking as b on x.practice = b.practice
where
    b.practice = %(practice)s
    and b.source_key = %(source_key)s
    and (
        (x.journal, x.financial_year, x.entry_number) = (b.journal, b.financial_year, b.entry_number)
        or (
            (x.journal, x.financial_year, x.reference, x.cents)
            = (b.journal, b.financial_year, b.reference, b.total_cents)
        )
        or exists (
            select 1
            from difference as d
            where
                d.practice = b.practice
                and d.source_key = b.source_key
                and d.entry_id = x.entry_id
                and d.cause = 'entered_by_hand'
                and d.ended_at is null
        )
    )
    and not exists (
        select 1
        from booking as other
        inner join practice_of_division as d on other.practice = d.serves
        where d.practice = x.practice and other.exact_id = x.entry_id
    );
