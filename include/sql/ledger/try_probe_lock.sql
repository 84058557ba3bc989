-- Takes a lock of no practice, to see whether a second session is denied it.
select pg_try_advisory_lock(hashtextextended('exact_sync probe ' || %(name)s, 0)) as taken;
