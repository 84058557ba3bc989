-- How many entries runs handed over that lie in a closed period of their journal: an import of them
-- is rejected until somebody opens it.
select count(*) as entries
from booking as b
inner join
    jsonb_to_recordset(%(closed_periods)s) as c (journal text, year integer, period integer)
    on b.journal = c.journal and b.financial_year = c.year and b.financial_period = c.period
where
    b.state = 'exported'
    and b.booking_id in (
        select h.booking_id
        from booking_history as h
        where h.to_state = 'exported' and h.run_id = any(%(run_ids)s::uuid[])
    );
