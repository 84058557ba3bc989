-- The ledger itself decides which moves a booking may make, and writes each of them into the history.

-- 1. Words: what is stored is called rejected, adjustment, reported and 429, as everywhere else.

alter table booking_history disable trigger booking_history_is_append_only;
update booking_history
set reason = case reason when 'refused_other' then 'rejected_other' else 'iban_rejected' end
where reason in ('refused_other', 'iban_refused');
alter table booking_history enable trigger booking_history_is_append_only;

update booking
set reason = case reason when 'refused_other' then 'rejected_other' else 'iban_rejected' end
where reason in ('refused_other', 'iban_refused');

-- A dry run keeps the reasons that it found in its numbers.
update run
set numbers = replace(numbers::text, '"refused_other"', '"rejected_other"')::jsonb
where numbers::text like '%"refused_other"%';
update run
set numbers = replace(numbers::text, '"iban_refused"', '"iban_rejected"')::jsonb
where numbers::text like '%"iban_refused"%';

alter table run drop constraint run_outcome_check;
update run
set outcome = 'rejected'
where outcome = 'refused';
alter table run add constraint run_outcome_check
check (outcome in ('complete', 'unfinished', 'rejected', 'failed'));

alter table load_batch drop constraint load_batch_outcome_check;
update load_batch
set outcome = 'rejected'
where outcome = 'refused';
alter table load_batch add constraint load_batch_outcome_check check (outcome in ('complete', 'rejected'));
comment on table load_batch is
'A batch that ended with rejections; running it again is a person''s word to send those once more';

alter table call_window rename column blind_refusals to blind_429s;
comment on column call_window.blind_429s is '429s in a row that did not say which window is full';

alter table token_chain rename column told_at to reported_at;
comment on column token_chain.reported_at is
'When support last got a message that this chain will die, or has died; emptied when Exact says that it is dead';

alter table notice rename to adjustment;
alter table adjustment rename constraint notice_pkey to adjustment_pkey;
alter table adjustment rename constraint notice_practice_fkey to adjustment_practice_fkey;
alter table adjustment rename constraint notice_run_id_fkey to adjustment_run_id_fkey;
comment on table adjustment is
'Values of booked debtors that were shortened or left out for Exact; personal data, purged with the staged rows';

-- 2. Which moves are allowed, and why.

create table booking_move (
    from_state text not null check (
        from_state in ('new', 'held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported')
    ),
    to_state text not null check (
        to_state in ('held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported')
    ),
    why text not null,
    primary key (from_state, to_state)
);
comment on table booking_move is
'Every move that a booking may make; ''new'' is the first version of a record. The triggers of booking allow no other';

insert into booking_move (from_state, to_state, why)
values
('new', 'planned', 'The record passed every check: it has its final payload, number and reference.'),
('new', 'rejected', 'A check of our own failed; nothing is sent.'),
('new', 'exported', 'History is handed over in a workbook instead of being sent.'),
('planned', 'planned', 'It was never sent, and James has other content now.'),
('planned', 'held', 'Its debtor is not booked, blocked or another person, or the original of a credit is not booked.'),
('planned', 'rejected', 'It was never sent and no longer passes our checks, or its credit has waited too long.'),
('planned', 'sending', 'A worker claimed it; the claim is committed before the call.'),
('planned', 'doubtful', 'It was never sent, and Exact has an entry under its number: Exact is read first.'),
('held', 'planned', 'What it waited for is there, or James has other content now.'),
('held', 'held', 'It waits for something else now.'),
('held', 'rejected', 'It no longer passes our checks, or a credit has waited too many nights for its original.'),
('sending', 'booked', 'Exact took it and gave its id.'),
('sending', 'rejected', 'Exact rejected its content, or its number belongs to somebody else.'),
('sending', 'doubtful', 'The answer was lost or unreadable, or the worker died.'),
('sending', 'planned', 'Exact certainly did not execute the call.'),
('doubtful', 'booked', 'Exact was read and has it, with equal content.'),
('doubtful', 'rejected', 'Exact was read and has something else under its number, or has it twice.'),
('doubtful', 'planned', 'Exact was read: it is absent twice, or the first parts of a debtor are there and the rest is left.'),
('rejected', 'planned', 'It is tried once more as its next version: James corrected it, a night passed, or a person asks for it.'),
('rejected', 'rejected', 'It was never sent, and is rejected for another reason now.'),
('rejected', 'doubtful', 'Exact had it twice: Exact is read again, and nothing is sent.');

-- 3. In which run a booking moved, and who moved it.

alter table booking add column moved_in_run uuid;
update booking as b
set moved_in_run = coalesce(
    (
        select h.run_id
        from booking_history as h
        where h.booking_id = b.booking_id and h.run_id is not null
        order by h.history_id desc
        limit 1
    ),
    b.run_id
);
comment on column booking.moved_in_run is 'The run in which it last moved; each move sets it';

alter table booking_history add column moved_by text;
alter table booking_history alter column moved_by
set default coalesce(nullif(current_setting('exact_sync.actor', true), ''), session_user);
comment on column booking_history.moved_by is
'Who made the move: setting exact_sync.actor of the session, else its user; null for moves before version 0009';

-- 4. The triggers: whatever statement moves bookings, each move is written into the history, which takes allowed
-- moves only. Nothing else writes there.

create function record_new_bookings() returns trigger language plpgsql as $$
begin
    insert into exact_sync.booking_history (booking_id, run_id, to_state, attempt, reason)
    select booking_id, moved_in_run, state, attempt, reason
    from new_rows;
    return null;
end $$;

-- Both sides hold the same bookings, so this full join is an inner one; but never a nested loop. A session keeps
-- its plan, which may have been made for one row and must do for twenty thousand.
create function record_moves() returns trigger language plpgsql as $$
begin
    insert into exact_sync.booking_history (booking_id, run_id, from_state, to_state, attempt, reason)
    select b.booking_id, b.moved_in_run, before.state, b.state, b.attempt, b.reason
    from new_rows as b
    full join old_rows as before on b.booking_id = before.booking_id
    where (b.state, b.version, b.reason) is distinct from (before.state, before.version, before.reason);
    return null;
end $$;

create function check_moves() returns trigger language plpgsql as $$
declare
    wrong record;
begin
    if pg_trigger_depth() < 2 then
        raise exception 'booking_history is written by the triggers of booking alone';
    end if;
    select m.booking_id, coalesce(m.from_state, 'new') as from_state, m.to_state, m.run_id
    into wrong
    from moves as m
    where
        m.run_id is null
        or (coalesce(m.from_state, 'new'), m.to_state) not in (
            select allowed.from_state, allowed.to_state from exact_sync.booking_move as allowed
        )
    limit 1;
    if not found then
        return null;
    elsif wrong.run_id is null then
        raise exception 'booking % moves from % to % in no run', wrong.booking_id, wrong.from_state, wrong.to_state
        using errcode = 'check_violation', hint = 'The statement that moves it must set moved_in_run.';
    end if;
    raise exception 'booking % may not move from % to %', wrong.booking_id, wrong.from_state, wrong.to_state
    using errcode = 'check_violation', hint = 'Table booking_move has the moves that are allowed.';
end $$;

create function deny_delete() returns trigger language plpgsql as $$
begin
    raise exception 'bookings are never deleted: they are the record of what stands in Exact';
end $$;

create trigger booking_is_new after insert on booking
referencing new table as new_rows for each statement execute function record_new_bookings();
create trigger booking_moves after update on booking
referencing old table as old_rows new table as new_rows for each statement execute function record_moves();
create trigger booking_is_kept before delete on booking
for each statement execute function deny_delete();
create trigger booking_history_takes_allowed_moves after insert on booking_history
referencing new table as moves for each statement execute function check_moves();
alter function refuse_change() rename to deny_change;

-- 5. Views for what several statements read.

create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;

create view attention_booking as
select
    booking_id,
    practice,
    source_key,
    kind,
    state,
    debtor_number,
    entry_number,
    reference,
    reason,
    reason_values,
    exact_message,
    total_cents,
    planned_at,
    payload is null as is_unsendable
from current_booking
where state not in ('booked', 'exported');
comment on view attention_booking is
'The latest version of each record that is neither booked nor handed over, as reports name it';

create view booking_to_send as
select
    b.booking_id,
    b.practice,
    b.kind,
    b.source_key,
    b.payload,
    b.debtor_number,
    b.journal,
    b.financial_year,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.attempt,
    r.exact_id::text as relation_id,
    r.contact_id::text as contact_id,
    r.bank_account_id::text as bank_account_id,
    b.state,
    b.unknown_since,
    b.absent_since
from booking as b
left join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where b.state in ('planned', 'doubtful');
comment on view booking_to_send is
'Bookings that are to be sent, or looked for in Exact, with the ids of their relation';

-- 6. Numbers that several invoices of a run share are found over the whole run, in whatever parts it is planned.

alter table staged_invoice add column shares_number_with text;
comment on column staged_invoice.shares_number_with is
'Keys of all invoices of the run that share its number, so that they can''t all be booked; null when none does';

create function exact_day(value text) returns date language sql immutable as $$
    select case
        when value like '/Date(%' then
            date '1970-01-01' + floor(substring(value from '^/Date\((-?\d+)')::numeric / 86400000)::integer
        else left(nullif(value, ''), 10)::date
    end
$$;
comment on function exact_day is 'A date property of Exact, /Date(ms)/ or ISO text, as a day';
