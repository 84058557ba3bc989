-- Debtors that were sent again in the last two days because their answer was lost, with their
-- relations in Exact. If the first call landed after all, Exact has a contact or a bank account
-- twice: there is no number to reject that by.
select distinct
    b.source_key,
    r.exact_id::text as relation_id
from booking_history as h
inner join booking as b on h.booking_id = b.booking_id
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where
    h.at > clock_timestamp() - interval '2 days'
    and h.from_state = 'doubtful'
    and h.to_state = 'planned'
    and b.practice = %(practice)s
    and b.kind = 'debtor'
order by b.source_key;
