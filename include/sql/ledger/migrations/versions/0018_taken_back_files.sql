-- A workbook that was not imported in Exact may be taken back: its invoices go into a later one.
-- The acts are named in the code (package acts); a list here would have to change with each of them.
alter table act drop constraint act_act_check;
alter table act add constraint act_act_check check (act ~ '^[a-z_]+$');
comment on column act.subject is 'A source key, the subject of a difference, or the name of a file';

insert into booking_move (from_state, to_state, why)
values
('exported', 'closed', 'A person says that its workbook was not imported and takes it back; it goes into a later one.'),
('closed', 'exported', 'A person says that its workbook is valid after all.');

update booking_move
set why = 'Exact had it twice, or from somebody else: Exact is read again before anything is sent.'
where from_state = 'rejected' and to_state = 'doubtful';
