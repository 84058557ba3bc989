-- A mail told what is open of a practice, on a day.
with mailed as (
    insert into told_practice (practice)
    values (%(practice)s)
    on conflict (practice) do nothing
)

update told_item
set mailed_on = %(day)s
where practice = %(practice)s;
