-- How far the older invoices and claims of a practice are: of what the ledger knows of before the
-- link date, how many are booked, handed over or closed, with their cents, and how many were booked
-- in the last week.
select
    count(*) as known,
    coalesce(sum(b.total_cents), 0)::bigint as known_cents,
    count(*) filter (where b.state in ('booked', 'exported', 'closed')) as done,
    coalesce(
        sum(b.total_cents) filter (where b.state in ('booked', 'exported', 'closed')), 0
    )::bigint as done_cents,
    count(*) filter (where b.booked_at > clock_timestamp() - interval '7 days') as in_a_week,
    min(b.booked_at) filter (where b.booked_at > clock_timestamp() - interval '7 days') as week_since,
    clock_timestamp() as moment,
    exists(
        select 1
        from run as r
        where
            r.practice = %(practice)s
            and r.backfill <> 'nothing'
            and r.airflow_run_id like '%%:history'
            and not r.dry_run
    ) as was_asked
from practice as p
inner join booking as b on p.code = b.practice and p.link_date > b.entry_date
where p.code = %(practice)s and b.kind <> 'debtor' and b.is_latest;
