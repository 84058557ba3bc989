-- Which relations look like which debtors now, of all of them or of some `debtors`. What a person
-- decided stays as it was decided.
with given as (
    select m.*
    from jsonb_to_recordset(%(matches)s::jsonb) as m (debtor_number text, exact_id uuid, kind text)
),

gone as (
    delete from relation_match as m
    where
        m.practice = %(practice)s
        and m.decision is null
        and (%(debtors)s::text[] is null or m.debtor_number = any(%(debtors)s::text[]))
        and not exists (
            select 1
            from given as g
            where g.debtor_number = m.debtor_number and g.exact_id = m.exact_id
        )
)

insert into relation_match (practice, debtor_number, exact_id, kind)
select
    %(practice)s,
    g.debtor_number,
    g.exact_id,
    g.kind
from given as g
on conflict (practice, debtor_number, exact_id) do update
    set kind = excluded.kind
    where relation_match.decision is null;
