-- The debtors that James is asked for each night, whatever groups are read, each number without the
-- zeros in front: those without a relation in Exact, those that are not booked, those that were
-- closed for now, and those that a person closed, taken back or not.
select ltrim(btrim(asked.debtor_number), '0') as plain_number
from (
    select j.debtor_number
    from james_debtor as j
    left join relation as r on j.practice = r.practice and j.debtor_number = r.debtor_number
    where j.practice = %(practice)s and r.debtor_number is null
    union
    select b.debtor_number
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
        and b.is_latest
    union
    select b.debtor_number
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and b.state = 'closed'
        and not b.closed_by_person
        and b.is_latest
    union
    select substring(a.subject from '^debiteur:(.*)$') as debtor_number
    from act as a
    where a.practice = %(practice)s and a.act = 'close' and a.subject like 'debiteur:%%'
) as asked
order by plain_number;
