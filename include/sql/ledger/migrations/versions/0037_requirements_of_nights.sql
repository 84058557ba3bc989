-- A night brings the kept list of requirements up to date with the division's lists that it read (M7-M16).
alter table requirement_check alter column checked_by drop not null;
alter table requirement_check alter column checked_at drop not null;
alter table requirement_check add column refreshed_at timestamptz;
comment on table requirement_check is
'The list of requirements of a practice: as a person had it checked last, and as nights read the lists since';
comment on column requirement_check.checked_by is 'Who had all of it read; null: nobody yet, a night read what it could';
comment on column requirement_check.refreshed_at is
'When a night last brought it up to date by the division''s lists; null: not since it was checked';
