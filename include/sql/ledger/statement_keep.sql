-- Notes that the statement of a month was made; no row when it was made before.
insert into month_statement (practice, month, numbers, to_practice)
values (%(practice)s, %(month)s, %(numbers)s, %(to_practice)s)
on conflict (practice, month) do nothing
returning practice;
