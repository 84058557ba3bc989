-- Debtors that were sent again in the last two days because their answer was lost, with their
-- relations in Exact. If the first call landed after all, Exact has a contact or a bank account
-- twice: there is no number to reject that by. Those that were found double before are among them
-- until they are cured.
select distinct
    b.source_key,
    r.exact_id::text as relation_id
from booking as b
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and (
        exists (
            select 1
            from booking_history as h
            where
                h.booking_id = b.booking_id
                and h.at > clock_timestamp() - interval '2 days'
                and h.from_state = 'doubtful'
                and h.to_state = 'planned'
        )
        or exists (
            select 1
            from difference as d
            where
                d.practice = b.practice
                and d.source_key = b.source_key
                and d.cause = 'debtor_double_in_exact'
                and d.ended_at is null
        )
    )
order by b.source_key;
