-- Claims the mail about late nights of a day: promises that of several that ask at once one gets
-- it.
update watch_report
set reported_on = %(day)s
where
    practice = any(%(practices)s)
    and reason = any(%(reasons)s)
    and reported_on is distinct from %(day)s
returning practice;
