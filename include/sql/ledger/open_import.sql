-- From which day on an import of history is not finished: it was cut off, or something of it was
-- rejected. Empty when all of it is booked. What a hand-over left out waits for the next hand-over.
select
    case
        when bool_or(b.entry_date is null) then min(r.history_from)
        else min(b.entry_date)
    end as first_day
from current_booking as b
inner join run as r on b.run_id = r.run_id
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state in ('planned', 'held', 'sending', 'doubtful', 'rejected')
    and r.backfill = 'import'
    and r.airflow_run_id like '%%:history';
