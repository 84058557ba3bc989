-- A hand-over is a set: relations, a workbook per journal and month, and a control workbook with how
-- to import them. A workbook stands in the ledger, or as an object under a URL that is set.

-- 1. What a workbook is of. The workbooks of one hand-over of before have the run as their set.
alter table export_file disable trigger export_file_is_kept;
alter table export_file add column kind text;
alter table export_file add column set_id uuid;
alter table export_file add column journal text;
alter table export_file add column month date;
alter table export_file add column location text;
update export_file
set
    kind = case when file_name like '%memoriaal%' then 'general_journal_entry' else 'sales_entry' end,
    set_id = run_id;
alter table export_file enable trigger export_file_is_kept;
alter table export_file alter column kind set not null;
alter table export_file alter column set_id set not null;
alter table export_file add check (kind in ('relations', 'sales_entry', 'general_journal_entry', 'control'));
alter table export_file add check (content is null or location is null);
create index export_file_location on export_file (location) where location is not null;
comment on column export_file.kind is 'The form of its rows; control is the workbook that goes with a set';
comment on column export_file.set_id is 'The hand-over that it belongs to';
comment on column export_file.journal is 'The one journal of its entries; null in older ones, and where there is none';
comment on column export_file.month is 'The first day of the one month of its entries; null as journal';
comment on column export_file.location is
'Where it stands below the URL that was set when it was made; null when content has it, and once it was purged';

-- 2. It loses its content or its location, and nothing else of it changes.
create or replace function deny_change_of_file() returns trigger language plpgsql as $$
begin
    if
        new.content is null
        and new.location is null
        and to_jsonb(new) - 'content' - 'location' = to_jsonb(old) - 'content' - 'location'
    then
        return new;
    end if;
    raise exception 'a workbook that was handed over is never changed';
end $$;
