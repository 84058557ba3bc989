-- The latest reconciliation of a practice: its run, when it ended, and its numbers.
select
    run_id::text,
    finished_at,
    book_day,
    numbers,
    james_totals
from run
where practice = %(practice)s and not dry_run and numbers is not null and james_totals is not null
order by book_day desc, started_at desc
limit 1;
