-- The moment on the database's own clock.
select clock_timestamp() as now;
