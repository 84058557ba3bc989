-- Holds the marks of days that are to be added up again, so many at most, until the end of the
-- transaction: what changes them meanwhile waits, and marks them again.
select day
from to_add_up
where practice = %(practice)s
order by day
limit %(most)s
for update skip locked;
