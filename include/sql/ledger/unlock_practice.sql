-- Gives the practice back.
select pg_advisory_unlock(hashtextextended('exact_sync practice ' || %(practice)s, 0));
