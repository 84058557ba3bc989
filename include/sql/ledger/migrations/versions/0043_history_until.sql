-- History may end on any day before the link date, and a range that was not finished goes on: one
-- whose invoices were not all planned, or of which something is still open.
alter table run add column history_until date;
alter table run add column history_planned_at timestamptz;
alter table run add check (history_until >= history_from);
comment on column run.history_until is 'The last day of those invoices; null for the day before the link date';
comment on column run.history_planned_at is 'When every invoice of those days was planned or rejected; null before';

-- Of earlier runs, what was planned tells what is open.
update run set history_planned_at = started_at
where backfill = 'import';
