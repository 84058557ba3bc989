-- In which server and database this session is, and in which this ledger books by what was written
-- down; a copy by pg_dump has another server or database, a promoted standby has the same.
select
    here.system_identifier,
    here.database_oid,
    h.system_identifier as home_system_identifier,
    h.database_oid as home_database_oid,
    h.environment as home_environment,
    h.moved_at
from (
    select
        c.system_identifier,
        d.oid::bigint as database_oid
    from pg_control_system() as c
    cross join pg_database as d
    where d.datname = current_database()
) as here
left join ledger_home as h on true;
