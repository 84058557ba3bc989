-- Adds up again what is booked, handed over or closed on days, whose marks are held, and takes the
-- marks.
with due as (
    select d.day
    from unnest(%(days)s::date[]) as d (day)
),

cells as (
    select c.*
    from due
    cross join
        lateral (
            select a.*
            from added_cell as a
            where a.practice = %(practice)s and a.day = due.day
            offset 0  -- noqa: AM09
        ) as c
),

states as (
    select s.*
    from due
    cross join
        lateral (
            select a.*
            from added_state as a
            where a.practice = %(practice)s and a.day = due.day
            offset 0  -- noqa: AM09
        ) as s
),

gone_cells as (
    delete from day_cell as d
    using due
    where
        d.practice = %(practice)s
        and d.day = due.day
        and not exists (
            select 1
            from cells as c
            where
                c.day = d.day
                and c.state = d.state
                and c.journal = d.journal
                and c.revenue_group = d.revenue_group
                and c.vat_rate = d.vat_rate
        )
),

kept_cells as (
    insert into day_cell (
        practice, day, state, journal, revenue_group, vat_rate, lines, gross_cents, vat_cents, digest
    )
    select
        %(practice)s,
        c.day,
        c.state,
        c.journal,
        c.revenue_group,
        c.vat_rate,
        c.lines,
        c.gross_cents,
        c.vat_cents,
        c.digest
    from cells as c
    on conflict (practice, day, state, journal, revenue_group, vat_rate) do update
        set
            lines = excluded.lines,
            gross_cents = excluded.gross_cents,
            vat_cents = excluded.vat_cents,
            digest = excluded.digest
),

gone_states as (
    delete from day_state as d
    using due
    where
        d.practice = %(practice)s
        and d.day = due.day
        and not exists (
            select 1
            from states as s
            where
                s.day = d.day
                and s.state = d.state
                and s.kind = d.kind
                and s.suspense_account = d.suspense_account
        )
),

kept_states as (
    insert into day_state (
        practice, day, state, kind, suspense_account, entries, total_cents, latest_entries, latest_cents
    )
    select
        %(practice)s,
        s.day,
        s.state,
        s.kind,
        s.suspense_account,
        s.entries,
        s.total_cents,
        s.latest_entries,
        s.latest_cents
    from states as s
    on conflict (practice, day, state, kind, suspense_account) do update
        set
            entries = excluded.entries,
            total_cents = excluded.total_cents,
            latest_entries = excluded.latest_entries,
            latest_cents = excluded.latest_cents
)

delete from to_add_up as m
using due
where m.practice = %(practice)s and m.day = due.day;
