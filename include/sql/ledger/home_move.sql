-- Writes down that this ledger books in this server and database: the first time, or because a
-- person says that it was moved. Promises that without a person's word it is written once.
insert into ledger_home (system_identifier, database_oid, environment, moved_by, reason)
select
    c.system_identifier,
    d.oid::bigint as database_oid,
    %(environment)s,
    %(by)s,
    %(reason)s
from pg_control_system() as c
cross join pg_database as d
where d.datname = current_database()
on conflict (only_one) do update
    set
        system_identifier = excluded.system_identifier,
        database_oid = excluded.database_oid,
        environment = excluded.environment,
        moved_by = excluded.moved_by,
        reason = excluded.reason,
        moved_at = clock_timestamp()
    where %(is_word)s;
