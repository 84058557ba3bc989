-- Which process of the server runs this statement: with a session of one's own always the same.
select pg_backend_pid() as pid;
