-- What a run does with older invoices, and from which day on. It is decided once, when the run
-- opens: an import of an earlier night that left something open goes on.
alter table run add column backfill text not null default 'nothing' check (backfill in ('nothing', 'import', 'excel'));
alter table run add column history_from date;
comment on column run.backfill is 'What this run, or the night of this history run, does with invoices from before the link date';
comment on column run.history_from is 'The first day of those invoices; null when nothing is done with them';

-- What an import left open before this version goes on as well.
update run
set
    backfill = 'import',
    history_from = practice.first_sync_date
from practice
where
    run.practice = practice.code
    and run.airflow_run_id like '%:history'
    and exists (
        select 1
        from booking
        where booking.run_id = run.run_id and booking.state in ('planned', 'held', 'sending', 'doubtful', 'booked')
    );
