-- Tables in this database that we could change: must be none, for James is only ever read (FR-L6).
-- Looks at rights alone, so it holds for any schema of James.
-- Parameters:
-- Returns:
--   table_name text              schema and table
select c.oid::regclass::text as table_name
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
    and (
        has_table_privilege(c.oid, 'insert, update, delete, truncate')
        or has_any_column_privilege(c.oid, 'insert, update')
    )
order by 1
