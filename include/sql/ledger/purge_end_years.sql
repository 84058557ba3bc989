-- Lets be deleted what is past its term, once no night that could still look there is running: they
-- end within a day.
update practice as p
set deleted_before = p.kept_from
where
    p.code = %(practice)s
    and p.kept_from > coalesce(p.deleted_before, '-infinity')
    and p.kept_from_since <= %(now)s - interval '1 day'
    and extract(year from p.kept_from - 1)
    < extract(year from %(now)s at time zone 'Europe/Amsterdam') - %(years)s
returning p.code;
