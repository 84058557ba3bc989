-- How many differences are new or worse by this run, known from before, and accepted by a person.
-- What the state of a booking explains is no difference here, and what is about debtors has no
-- money in it. An entry that kept its invoice from being booked is known: the rejection is the
-- news.
select
    count(*) filter (where d.is_new and not d.is_accepted) as new,
    count(*) filter (where not d.is_new and not d.is_accepted) as known,
    count(*) filter (where d.is_accepted) as accepted
from (
    select
        coalesce(
            d.first_run = %(run_id)s or d.worse_run = %(run_id)s or d.cause = 'unexplained', false
        )
        and not (
            d.subject is distinct from d.source_key
            and coalesce(b.state = 'rejected' and b.reason = any(%(in_the_way)s), false)
        ) as is_new,
        d.accepted_by is not null as is_accepted
    from difference as d
    left join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
    where
        d.practice = %(practice)s
        and d.ended_at is null
        and d.kind <> 'debtor'
        and d.cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
) as d;
