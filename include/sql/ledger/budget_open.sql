-- Begins the count of a division's calls; does nothing when another process was first.
insert into call_window (division, minute_until, minute_limit, minute_used, day_until, day_limit, day_used)
values (
    %(division)s,
    %(minute_until)s,
    %(minute_limit)s,
    %(minute_used)s,
    %(day_until)s,
    %(day_limit)s,
    %(day_used)s
)
on conflict (division) do nothing;
