-- The mail about late nights could not be sent: it is due again.
update watch_report
set reported_on = null
where practice = any(%(practices)s) and reason = any(%(reasons)s);
