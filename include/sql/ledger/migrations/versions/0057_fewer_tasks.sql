-- A night has fewer tasks.

-- 1. The batches that a run has planned: a task sends all of its own, one after the other.
alter table load_batch add column turn smallint, add column bookings integer;
comment on column load_batch.turn is
'When the night sends it; empty for history, and for a batch of an older plan of this run';
comment on column load_batch.bookings is 'How many bookings it had when it was planned; empty as turn';

-- 2. The names of the tasks: what is told about the nights before this version names those that a
-- person can clear now.
update night_failure
set
    task = case
        when task in ('open_run', 'extract', 'plan_debtors', 'plan_entries') then 'prepare'
        when task = 'plan_other_debtors' then 'load_other_debtors'
        else 'backfill'
    end
where
    task in (
        'open_run', 'extract', 'plan_debtors', 'plan_entries', 'plan_other_debtors',
        'choose_backfill', 'backfill_import', 'backfill_excel'
    );
update run_stop
set
    task = case
        when task in ('open_run', 'extract', 'plan_debtors', 'plan_entries') then 'prepare'
        when task = 'plan_other_debtors' then 'load_other_debtors'
        else 'backfill'
    end
where
    task in (
        'open_run', 'extract', 'plan_debtors', 'plan_entries', 'plan_other_debtors',
        'choose_backfill', 'backfill_import', 'backfill_excel'
    );
update ended_step
set step = 'prepare'
where step = 'open_run';
