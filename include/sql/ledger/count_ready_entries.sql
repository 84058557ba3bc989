-- How many entries of a practice since its link date can be sent: their debtor is in Exact, and
-- what they were held for, if for anything, was that he was not, or that others were rejected.
select count(*) as entries
from booking as b
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.turn in (1, 2)
    and (
        b.state in ('planned', 'doubtful')
        or (b.state = 'held' and b.reason in ('debtor_not_booked', 'others_rejected'))
    );
