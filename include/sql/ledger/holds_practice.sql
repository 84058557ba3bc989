-- Does this very session still hold the practice's lock?
select exists(
    select 1
    from pg_locks
    where
        locktype = 'advisory'
        and pid = pg_backend_pid()
        and granted
        and database = (select oid from pg_database where datname = current_database())
        and classid::bigint << 32 | objid::bigint
        = hashtextextended('exact_sync practice ' || %(practice)s, 0)
);
