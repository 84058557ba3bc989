-- Changes a division's windows, if nobody changed them since they were read and the endpoint has
-- not had too many errors.
update call_window
set
    version = version + 1,
    minute_until = %(minute_until)s,
    minute_limit = %(minute_limit)s,
    minute_used = %(minute_used)s,
    day_until = %(day_until)s,
    day_limit = %(day_limit)s,
    day_used = %(day_used)s,
    blocked_until = %(blocked_until)s,
    blind_429s = %(blind_429s)s,
    minute_429s = %(minute_429s)s
where
    division = %(division)s
    and version = %(version)s
    and %(most_errors)s > (
        select count(*) from call_error as e
        where e.division = %(division)s and e.endpoint = %(endpoint)s and e.at > %(errors_since)s
    );
