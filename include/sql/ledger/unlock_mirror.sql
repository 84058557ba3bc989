-- Gives the mirror of a practice's journals back.
select pg_advisory_unlock(hashtextextended('exact_sync mirror ' || %(practice)s, 0));
