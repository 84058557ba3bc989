-- How long this session waits for a lock from now on.
select set_config('lock_timeout', %(milliseconds)s::text, false) as lock_timeout;
