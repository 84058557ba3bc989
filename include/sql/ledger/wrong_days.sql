-- Days whose kept sums are not what their bookings and lines come to, though nothing marked them: a
-- change that no trigger noticed. All days of the practice.
with marked as (
    select m.day
    from to_add_up as m
    where m.practice = %(practice)s
),

cells as (
    select
        day,
        state,
        journal,
        revenue_group,
        vat_rate,
        lines,
        gross_cents,
        vat_cents,
        digest
    from added_cell
    where practice = %(practice)s
),

states as (
    select
        day,
        state,
        kind,
        suspense_account,
        entries,
        total_cents,
        latest_entries,
        latest_cents
    from added_state
    where practice = %(practice)s
),

kept_cells as (
    select
        day,
        state,
        journal,
        revenue_group,
        vat_rate,
        lines,
        gross_cents,
        vat_cents,
        digest
    from day_cell
    where practice = %(practice)s
),

kept_states as (
    select
        day,
        state,
        kind,
        suspense_account,
        entries,
        total_cents,
        latest_entries,
        latest_cents
    from day_state
    where practice = %(practice)s
)

select distinct found.day
from (
    select coalesce(c.day, k.day) as day
    from cells as c
    full join
        kept_cells as k
        on
            c.day = k.day
            and c.state = k.state
            and c.journal = k.journal
            and c.revenue_group = k.revenue_group
            and c.vat_rate = k.vat_rate
    where (c.*) is distinct from (k.*)
    union all
    select coalesce(s.day, k.day) as day
    from states as s
    full join
        kept_states as k
        on
            s.day = k.day
            and s.state = k.state
            and s.kind = k.kind
            and s.suspense_account = k.suspense_account
    where (s.*) is distinct from (k.*)
) as found
where found.day not in (select marked.day from marked)
order by 1;
