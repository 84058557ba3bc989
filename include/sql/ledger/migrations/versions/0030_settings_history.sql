-- From which workbook a version of the settings came, and what waits for a look before it is saved.
alter table settings_version
add column source_file text,
add column source_sha256 text check (source_sha256 ~ '^[0-9a-f]{64}$'),
add column restored_from integer,
add check ((source_file is null) = (source_sha256 is null));
comment on column settings_version.source_file is 'Name of the intake workbook; null when it was typed';
comment on column settings_version.restored_from is 'The earlier version whose content this one has again';

create table settings_draft (
    draft_id uuid primary key default gen_random_uuid(),
    practice text not null references practice,
    based_on integer not null,
    settings jsonb not null,
    made_by text not null check (made_by <> ''),
    made_at timestamptz not null default clock_timestamp(),
    source_file text,
    source_sha256 text check (source_sha256 ~ '^[0-9a-f]{64}$')
);
create index settings_draft_practice on settings_draft (practice);
comment on table settings_draft is 'Settings without faults that a person looks at before they are saved';
comment on column settings_draft.based_on is 'The latest version when it was made; 0 when there was none';
