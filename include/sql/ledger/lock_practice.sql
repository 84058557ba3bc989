-- Takes the practice for this session if nobody has it: one writer per practice, freed when the
-- session dies.
select pg_try_advisory_lock(hashtextextended('exact_sync practice ' || %(practice)s, 0));
