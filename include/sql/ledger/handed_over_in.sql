-- The bookings of a workbook, which of their entry numbers stand in our journals in Exact, and the
-- last run of the practice, in which an act moves them.
select
    b.source_key,
    b.entry_number,
    b.entry_number in (
        select x.entry_number
        from exact_line as x
        where
            x.practice = b.practice
            and x.journal = b.journal
            and x.financial_year = b.financial_year
    ) as is_in_exact,
    last.run_id::text
from booking as b
inner join export_file as f on b.practice = f.practice and b.export_id = f.export_id
cross join
    lateral (
        select run.run_id
        from run
        where run.practice = b.practice and not run.dry_run
        order by run.started_at desc
        limit 1
    ) as last
where f.practice = %(practice)s and f.file_name = %(file_name)s
order by b.entry_date, b.entry_number;
