-- Who did what with a practice and when, newest first: what people did on the pages, acts, and acts
-- that were taken back.
select
    at,
    who,
    kind,
    what,
    subject,
    reason
from (
    select
        e.at,
        e.who,
        'event' as kind,
        e.event as what,
        null as subject,
        null as reason
    from practice_event as e
    where e.practice = %(practice)s
    union all
    select
        a.acted_at,
        a.acted_by,
        'act',
        a.act,
        a.subject,
        a.reason
    from act as a
    where a.practice = %(practice)s
    union all
    select
        a.taken_back_at,
        a.taken_back_by,
        'taken_back',
        a.act,
        a.subject,
        a.taken_back_reason
    from act as a
    where a.practice = %(practice)s and a.taken_back_at is not null
) as done
order by at desc
limit %(most)s;
