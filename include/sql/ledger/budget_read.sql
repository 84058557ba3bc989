-- What is known of a division's windows, and how many errors an endpoint had since a time.
select
    w.version,
    w.minute_until,
    w.minute_limit,
    w.minute_used,
    w.day_until,
    w.day_limit,
    w.day_used,
    w.blocked_until,
    w.blind_429s,
    w.minute_429s,
    (
        select count(*) from call_error as e
        where e.division = w.division and e.endpoint = %(endpoint)s and e.at > %(errors_since)s
    ) as errors
from call_window as w
where w.division = %(division)s;
