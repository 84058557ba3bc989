-- Support was mailed about all that the watch found.
update watch_report
set reported_on = %(day)s;
