-- Adds a practice that nobody has added yet: no row when its code or its code in James is taken.
insert into practice (code, name, james_practice_code, link_date, first_sync_date)
values (%(code)s, %(name)s, %(james_practice_code)s, %(day)s, %(day)s)
on conflict do nothing
returning code;
