-- Debtors with a contact or bank account too many in Exact: written down for people, once per set
-- of them. Those that were asked for and are double no more are at their end.
with given as (
    select
        r.source_key,
        r.parts
    from jsonb_to_recordset(%(debtors)s::jsonb) as r (source_key text, parts text)
),

cured as (
    update difference as d
    set ended_at = clock_timestamp(), ended_how = 'equal'
    where
        d.practice = %(practice)s
        and d.cause = 'debtor_double_in_exact'
        and d.ended_at is null
        and d.source_key = any(%(asked)s)
        and d.subject not in (select given.source_key || ' ' || given.parts from given)
)

insert into difference (
    practice, subject, source_key, kind, cause, james_cents, exact_cents, first_run, last_run
)
select
    %(practice)s,
    source_key || ' ' || parts as subject,
    source_key,
    'debtor' as kind,
    'debtor_double_in_exact' as cause,
    0 as james_cents,
    0 as exact_cents,
    %(run_id)s as first_run,
    %(run_id)s as last_run
from given
on conflict (practice, subject) where ended_at is null do nothing;
