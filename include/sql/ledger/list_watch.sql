-- What the watch found, since when, and when support was last mailed about it.
select
    practice,
    reason,
    since,
    reported_on
from watch_report
order by practice, reason;
