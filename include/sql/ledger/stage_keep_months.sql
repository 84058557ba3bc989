-- Keeps what James said of the months that were read. A month is settled when the run has planned
-- what it fetched (stage_settle_months.sql). One with a record that is on its way to Exact, and
-- that James changed or has no more, is read again until that one is settled: it is not fetched,
-- nor called gone, before. Nor is a month settled by a night of an older day, when the ledger has
-- records of it on later days: that night did not ask for them. A month that James lacks is kept
-- for such records alone.
with under_way as (
    select
        b.source_key,
        b.entry_date,
        b.state,
        b.source_changed_at
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.state in ('planned', 'sending', 'doubtful')
        and b.is_latest
),

unsettled as (
    select coalesce(date_trunc('month', k.invoice_date)::date, '-infinity') as month
    from under_way as b
    inner join james_key as k on b.source_key = k.invoice_key
    where b.state <> 'planned' and b.source_changed_at is distinct from k.changed_at
    union
    select coalesce(date_trunc('month', b.entry_date)::date, '-infinity') as month
    from under_way as b
    inner join asked_key as a on b.source_key = a.source_key
    left join james_key as k on b.source_key = k.invoice_key
    where k.invoice_key is null
    union
    select date_trunc('month', b.entry_date)::date as month
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.entry_date >= %(before_date)s
        and b.is_latest
),

past as (
    delete from james_month as k
    where
        k.practice = %(practice)s
        and k.month not in (select coalesce(n.month, '-infinity') from month_now as n)
        and k.month not in (select u.month from unsettled as u)
),

again as (
    update james_month as k
    set settled = false, run_id = null
    from unsettled as u
    where
        k.practice = %(practice)s
        and k.month = u.month
        and k.month in (select coalesce(n.month, '-infinity') from month_now as n)
        and k.month not in (select m.month from month_read as m)
)

insert into james_month (practice, month, invoices, digest, totals, run_id)
select
    %(practice)s,
    m.month,
    n.invoices,
    n.digest,
    coalesce(%(totals)s::jsonb -> m.month::text, '[]'::jsonb) as totals,
    case when u.month is null then %(run_id)s::uuid end as run_id
from month_read as m
inner join month_now as n on m.month = coalesce(n.month, '-infinity')
left join unsettled as u on m.month = u.month
union all
select
    %(practice)s,
    u.month,
    0 as invoices,
    0 as digest,
    '[]'::jsonb as totals,
    null as run_id
from unsettled as u
where u.month not in (select coalesce(n.month, '-infinity') from month_now as n)
on conflict (practice, month) do update
    set
        invoices = excluded.invoices,
        digest = excluded.digest,
        totals = excluded.totals,
        run_id = excluded.run_id,
        settled = false,
        read_at = clock_timestamp();
