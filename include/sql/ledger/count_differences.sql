-- How many differences are new or worse by this run, known from before, and accepted by a person.
-- What the state of a booking explains is no difference here, and what is about debtors has no
-- money in it.
select
    count(*) filter (where d.is_new and not d.is_accepted) as new,
    count(*) filter (where not d.is_new and not d.is_accepted) as known,
    count(*) filter (where d.is_accepted) as accepted
from (
    select
        coalesce(first_run = %(run_id)s or worse_run = %(run_id)s or cause = 'unexplained', false) as is_new,
        accepted_by is not null as is_accepted
    from difference
    where
        practice = %(practice)s
        and ended_at is null
        and kind <> 'debtor'
        and cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
) as d;
