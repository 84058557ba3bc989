-- Brings the mirror of a division's relations up to date: changed ones, deleted ones, and, when all were read, the ones that are gone.
with
given as (
    select *
    from
        jsonb_to_recordset(%(rows)s::jsonb) as r (
            exact_id uuid, code text, name text, postcode text, status text, is_supplier boolean, blocked boolean, row_version bigint
        )
),

deletions as (
    select
        d.exact_id,
        max(d.row_version) as row_version
    from jsonb_to_recordset(%(deleted)s::jsonb) as d (exact_id uuid, row_version bigint)
    group by d.exact_id
),

gone as (
    update exact_relation as x
    set
        deleted = true,
        row_version = greatest(x.row_version, coalesce(d.row_version, 0))
    from exact_relation as known
    left join deletions as d on known.exact_id = d.exact_id
    where
        x.practice = %(practice)s
        and known.practice = x.practice
        and known.exact_id = x.exact_id
        and not exists (select 1 from given as g where g.exact_id = x.exact_id)
        and (d.exact_id is not null or (%(complete)s and not x.deleted))
)

insert into exact_relation (practice, exact_id, code, name, postcode, status, is_supplier, blocked, deleted, row_version)
select distinct on (g.exact_id)
    %(practice)s as practice,
    g.exact_id,
    g.code,
    g.name,
    g.postcode,
    g.status,
    g.is_supplier,
    g.blocked,
    false as deleted,
    g.row_version
from given as g
order by g.exact_id asc, g.row_version desc
on conflict (practice, exact_id) do update
    set
        code = excluded.code,
        name = excluded.name,
        postcode = excluded.postcode,
        status = excluded.status,
        is_supplier = excluded.is_supplier,
        blocked = excluded.blocked,
        deleted = false,
        row_version = excluded.row_version;
