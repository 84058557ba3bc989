-- Debtors that were sent again in the last two days because their answer was lost, with their
-- relations in Exact. If the first call landed after all, Exact has a contact or a bank account
-- twice: there is no number to reject that by. Those that were found double before are among them
-- until they are cured.
with again as (
    select
        b.source_key,
        b.debtor_number
    from booking_history as h
    inner join booking as b on h.booking_id = b.booking_id
    where
        h.at > statement_timestamp() - interval '2 days'
        and h.from_state = 'doubtful'
        and h.to_state = 'planned'
        and b.practice = %(practice)s
        and b.kind = 'debtor'
    union
    select
        b.source_key,
        b.debtor_number
    from difference as d
    inner join booking as b on d.practice = b.practice and d.source_key = b.source_key
    where
        d.practice = %(practice)s
        and d.cause = 'debtor_double_in_exact'
        and d.ended_at is null
        and b.kind = 'debtor'
)

select distinct
    again.source_key,
    r.exact_id::text as relation_id
from again
inner join relation as r on r.practice = %(practice)s and again.debtor_number = r.debtor_number
order by again.source_key;
