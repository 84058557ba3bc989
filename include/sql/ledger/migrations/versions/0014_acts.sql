-- What people decided about what is open: who, when and why. An act is never deleted; it may be taken back.
create table act (
    act_id bigint generated always as identity primary key,
    practice text not null references practice,
    act text not null check (act in ('accept', 'close', 'book_again', 'adopt', 'same_person', 'ours')),
    subject text not null,                  -- a source key, or the subject of a difference
    acted_by text not null check (acted_by <> ''),
    reason text not null check (reason <> ''),
    acted_at timestamptz not null default clock_timestamp(),
    before jsonb not null default '{}',     -- what the act changed, as it was
    taken_back_by text,
    taken_back_reason text,
    taken_back_at timestamptz,
    check ((taken_back_by is null) = (taken_back_at is null))
);
create index act_subject on act (practice, subject);

alter table difference add column act_id bigint references act;
comment on column difference.act_id is 'The act by which a person accepted it';

alter table relation add column same_person_fingerprint text;
comment on column relation.same_person_fingerprint is
'The content of the debtor of which a person said that it is the same person still';

insert into booking_move (from_state, to_state, why)
values
('rejected', 'booked', 'A person says that what stands in Exact by hand is this invoice.'),
('held', 'booked', 'A person says that what stands in Exact by hand is this invoice.'),
('closed', 'booked', 'A person takes back that it was closed; it stood in Exact.'),
('closed', 'rejected', 'A person takes back that it was closed; it had been rejected.'),
('closed', 'held', 'A person takes back that it was closed; it had been waiting.');
