-- Takes the practice for this session when nobody has it any more; waits in the queue for it, so
-- who only tries comes after.
select pg_advisory_lock(hashtextextended('exact_sync practice ' || %(practice)s, 0));
