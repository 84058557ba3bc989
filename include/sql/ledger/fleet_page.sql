-- One page of the practices whose name or code has a text, those that need a person first: a dead
-- link, a practice that stopped, euros that nothing explains, a night that failed or did not come,
-- open items (the oldest first), what is not active yet; then the others by name. With each of them
-- the figures of all practices together, so that the ledger is gone through once;
-- and of those on the page what of their older invoices is not done, in euros, and how many of them
-- the next nights send.
with every as materialized (
    select *  -- noqa: AM04
    from practice_status
),

page as (
    select
        s.*,  -- noqa: AM04
        row_number() over (
            order by
                case
                    when s.link_state = 'reconnect_needed' then 0
                    when s.stopped_at is not null then 1
                    when s.unexplained > 0 then 2
                    when s.last_outcome = 'failed' then 3
                    when s.is_late then 4
                    when s.open_since is not null then 5
                    when not s.active then 6
                    else 7
                end,
                s.open_since,
                s.name,
                s.code
        ) as place,
        count(*) over () as found,
        (
            select
                jsonb_build_object(
                    'practices', count(*),
                    'james_cents', coalesce(sum(f.james_cents), 0),
                    'complete_cents', coalesce(sum(f.complete_cents), 0),
                    'booked_cents', coalesce(sum(f.booked_cents), 0),
                    'cleared_cents', coalesce(sum(f.cleared_cents), 0),
                    'explained_cents', coalesce(sum(f.explained_cents), 0),
                    'unexplained_cents', coalesce(sum(f.unexplained_cents), 0),
                    'unexplained', coalesce(sum(f.unexplained), 0),
                    'red', count(*) filter (
                        where
                        f.link_state = 'reconnect_needed'
                        or f.stopped_at is not null
                        or f.unexplained > 0
                        or f.last_outcome = 'failed'
                        or f.is_late
                    )
                )
            from every as f
        ) as fleet
    from every as s
    where s.name ilike %(pattern)s or s.code ilike %(pattern)s
    order by place
    limit
        %(page_size)s
        offset
        %(skipped)s
)

select
    page.*,  -- noqa: AM04
    coalesce(older.cents, 0) as history_left_cents,
    coalesce(older.to_send, 0) as history_to_send,
    w.day_limit
from page
inner join practice as p on page.code = p.code
left join
    lateral (
        select
            coalesce(sum(b.total_cents), 0)::bigint as cents,
            count(*) filter (where b.state in ('planned', 'sending', 'doubtful')) as to_send
        from unbooked_booking as b
        where b.practice = page.code and b.kind <> 'debtor' and b.entry_date < p.link_date
    ) as older
    on page.history_left > 0
left join call_window as w on page.division = w.division
order by page.place;
