-- Sets from which day on a practice is synchronised (M20); the link date moves only before its
-- first night.
update practice
set
    link_date = %(link_date)s,
    first_sync_date = %(first_sync_date)s,
    backfill = %(backfill)s
where
    code = %(practice)s
    and (
        link_date = %(link_date)s
        or not exists (
            select 1 from run as r
            where r.practice = %(practice)s and not r.dry_run
        )
    );
