-- Brings the mirror of a division's transaction lines up to date: changed ones, deleted ones, and
-- how far was read. When all were read (`complete`), the ones that are not among them are gone, and
-- the first of their years is kept beside the cursors (`.., first year`).
-- A line that came twice stands as it came last: rows move from page to page while we read.
with given as (
    select distinct on (r.line_id) r.*
    from jsonb_array_elements(%(rows)s::jsonb) with ordinality as e (line, place)
    cross join
        jsonb_to_record(e.line) as r (
            line_id uuid, entry_id uuid, journal text, financial_year integer, financial_period integer,
            entry_number integer, entry_date date, gl_account text, cents bigint, relation_id uuid,
            vat_code text, reference text, due_date date
        )
    order by r.line_id asc, e.place desc
),

gone as (
    delete from exact_line
    where
        practice = %(practice)s
        and line_id not in (select given.line_id from given)
        and (%(complete)s or line_id = any(%(deleted)s::uuid[]))
),

read_up_to as (
    insert into exact_cursor (practice, list_name, row_version)
    select
        %(practice)s,
        c.key as list_name,
        c.value::bigint as row_version
    from jsonb_each_text(%(cursors)s::jsonb) as c
    on conflict (practice, list_name) do update
        set
            row_version = case
                when excluded.list_name like '%%, first year' then excluded.row_version
                else greatest(exact_cursor.row_version, excluded.row_version)
            end
)

insert into exact_line (
    practice, line_id, entry_id, journal, financial_year, financial_period, entry_number, entry_date,
    gl_account, cents, relation_id, vat_code, reference, due_date
)
select
    %(practice)s,
    g.line_id,
    g.entry_id,
    g.journal,
    g.financial_year,
    g.financial_period,
    g.entry_number,
    g.entry_date,
    g.gl_account,
    g.cents,
    g.relation_id,
    g.vat_code,
    g.reference,
    g.due_date
from given as g
on conflict (practice, line_id) do update
    set
        entry_id = excluded.entry_id,
        journal = excluded.journal,
        financial_year = excluded.financial_year,
        financial_period = excluded.financial_period,
        entry_number = excluded.entry_number,
        entry_date = excluded.entry_date,
        gl_account = excluded.gl_account,
        cents = excluded.cents,
        relation_id = excluded.relation_id,
        vat_code = excluded.vat_code,
        reference = excluded.reference,
        due_date = excluded.due_date;
