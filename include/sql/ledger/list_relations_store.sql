-- Brings the mirror of a division's relations up to date: changed ones, deleted ones, and, when all
-- were read, the ones that are gone. A relation of ours that is read for the first time since we
-- wrote it has the version that we made. Two may read at once: what is older than what the mirror
-- has stays out. A list that has no versions (0) is the state of now, and moves no cursor.
with
given as (
    select r.*
    from
        jsonb_to_recordset(%(rows)s::jsonb) as r (
            exact_id uuid,
            code text,
            name text,
            postcode text,
            status text,
            is_supplier boolean,
            blocked boolean,
            row_version bigint
        )
),

deletions as (
    select
        d.exact_id,
        max(d.row_version) as row_version
    from jsonb_to_recordset(%(deleted)s::jsonb) as d (exact_id uuid, row_version bigint)
    group by d.exact_id
),

ours as (
    update relation as r
    set own_version = g.row_version
    from given as g
    where r.practice = %(practice)s and r.exact_id = g.exact_id and r.own_version is null
),

gone as (
    update exact_relation as x
    set
        deleted = true,
        row_version
        = greatest(x.row_version, (select d.row_version from deletions as d where d.exact_id = x.exact_id))
    where
        x.practice = %(practice)s
        and not exists (select 1 from given as g where g.exact_id = x.exact_id)
        and (x.exact_id in (select d.exact_id from deletions as d) or (%(complete)s and not x.deleted))
)

insert into exact_relation (
    practice, exact_id, code, name, postcode, status, is_supplier, blocked, deleted, row_version
)
select distinct on (g.exact_id)
    %(practice)s,
    g.exact_id,
    g.code,
    g.name,
    g.postcode,
    g.status,
    g.is_supplier,
    g.blocked,
    coalesce(d.row_version > g.row_version, false) as deleted,
    greatest(g.row_version, d.row_version) as row_version
from given as g
left join deletions as d on g.exact_id = d.exact_id
order by g.exact_id asc, g.row_version desc
on conflict (practice, exact_id) do update
    set
        code = excluded.code,
        name = excluded.name,
        postcode = excluded.postcode,
        status = excluded.status,
        is_supplier = excluded.is_supplier,
        blocked = excluded.blocked,
        deleted = excluded.deleted,
        row_version = case
            when excluded.row_version > 0 or exact_relation.deleted then excluded.row_version
            else exact_relation.row_version
        end
    where excluded.row_version = 0 or excluded.row_version >= exact_relation.row_version;
