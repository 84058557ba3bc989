-- What was found in Exact of each workbook that was handed over, by the last look. A workbook of
-- before the look is as the last reconciliation had it.
create table export_check (
    export_id uuid primary key references export_file on delete cascade,
    checked_at timestamptz not null default now(),
    found integer not null,
    missing integer not null,
    different integer not null,
    missing_cents bigint not null
);
comment on table export_check is 'What Exact had of a workbook by the last look: entries as handed over, missing, otherwise';

insert into export_check (export_id, found, missing, different, missing_cents)
select
    f.export_id,
    f.invoices - count(d.subject) as found,
    count(d.subject) as missing,
    0 as different,
    coalesce(sum(abs(d.james_cents - d.exact_cents)), 0)::bigint as missing_cents
from export_file as f
left join difference as d
    on
        f.practice = d.practice
        and f.export_id = d.export_id
        and d.cause = 'handed_over'
        and d.ended_at is null
        and d.accepted_by is null
where f.kind in ('sales_entry', 'general_journal_entry')
group by f.export_id, f.invoices;

create or replace view open_workbook as
select
    f.practice,
    f.file_name,
    f.created_at as since,
    coalesce(c.missing, f.invoices)::bigint as left_over,
    coalesce(c.missing_cents, abs(f.total_cents)) as cents
from export_file as f
left join export_check as c on f.export_id = c.export_id
left join
    lateral (
        select v.settings
        from settings_version as v
        where v.practice = f.practice
        order by v.version desc
        limit 1
    ) as s
    on true
where
    f.kind in ('sales_entry', 'general_journal_entry')
    and coalesce(c.missing, f.invoices) > 0
    and f.created_at <= now() - make_interval(days => coalesce((s.settings ->> 'handed_over_days')::integer, 14))
    and not exists (
        select 1
        from act as a
        where
            a.practice = f.practice
            and a.act = 'take_back_file'
            and a.subject = f.file_name
            and a.taken_back_at is null
    );
comment on view open_workbook is
'Workbooks that were handed over longer ago than the practice has set and of which Exact lacks entries, by the last look';
drop index difference_left_over;
