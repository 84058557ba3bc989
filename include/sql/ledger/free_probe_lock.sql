-- Gives that lock back; false when this session does not have it.
select pg_advisory_unlock(hashtextextended('exact_sync probe ' || %(name)s, 0)) as freed;
