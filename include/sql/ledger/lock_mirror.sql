-- Takes the mirror of a practice's journals for this session, when nobody has it any more: what was
-- read in Exact is kept before anybody else reads. Freed when the session dies.
select pg_advisory_lock(hashtextextended('exact_sync mirror ' || %(practice)s, 0));
