-- A practice that stopped because Exact booked another total than was sent: nothing of it is sent until a person says go.
alter table practice
add column stopped_at timestamptz,
add column stop_values jsonb,               -- which entry, and both amounts
add check ((stopped_at is null) = (stop_values is null));

comment on column practice.stopped_at is 'Since when nothing is sent: Exact booked another total than was sent. A person ends it (act go_on)';
