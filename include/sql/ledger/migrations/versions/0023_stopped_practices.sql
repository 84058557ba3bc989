-- A practice that stopped because Exact booked another total than was sent: nothing of it is sent until a person says go.
alter table practice
add column stopped_at timestamptz,
add column stop_values jsonb,               -- which entry, and both amounts
add check ((stopped_at is null) = (stop_values is null));

comment on column practice.stopped_at is 'Since when nothing is sent: Exact booked another total than was sent. A person ends it (act go_on)';

-- The acts are named in the code (package acts); a list here would have to change with each of them.
alter table act drop constraint act_act_check;
alter table act add constraint act_act_check check (act ~ '^[a-z_]+$');
