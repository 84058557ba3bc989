-- Days whose kept sums are not what their bookings and lines come to, though nothing marked them: a
-- change that no trigger noticed. All days of the practice.
with marked as (
    select m.day
    from to_add_up as m
    where m.practice = %(practice)s
),

cells as (
    select
        b.entry_date as day,
        b.state,
        coalesce(b.journal, '') as journal,
        l.revenue_group,
        l.vat_rate,
        count(*)::integer as lines,
        sum(l.gross_cents)::bigint as gross_cents,
        sum(l.vat_cents)::bigint as vat_cents,
        sum(digest_of_line(l)) as digest
    from booking as b
    inner join booking_line as l on b.booking_id = l.booking_id
    where b.practice = %(practice)s and b.kind <> 'debtor' and b.state in ('booked', 'exported')
    group by 1, 2, 3, 4, 5
),

states as (
    select
        b.entry_date as day,
        b.state,
        b.kind,
        suspense_account(b.kind, b.payload) as suspense_account,
        count(*)::integer as entries,
        sum(b.total_cents)::bigint as total_cents,
        (count(*) filter (where b.is_latest))::integer as latest_entries,
        coalesce(sum(b.total_cents) filter (where b.is_latest), 0)::bigint as latest_cents
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.state in ('booked', 'exported', 'closed')
        and b.entry_date is not null
    group by 1, 2, 3, 4
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
