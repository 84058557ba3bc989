-- When all of these days were compared last, whatever was marked, and by which rules.
select
    book_day,
    judged_under
from judged_whole
where practice = %(practice)s and from_date = %(from_date)s;
