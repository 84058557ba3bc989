-- In which turn of a night a booking is sent, so that a day with too few calls books invoices first.
alter table booking add column turn smallint not null default 1;
comment on column booking.turn is
'1 what is new since the link date, with the debtors it waits for; 2 the same, rejected before; 3 other debtors; 4 history';
create index booking_history_run on booking_history (run_id, history_id);

update booking_move
set why = 'Its debtor is not booked, blocked or another person, the original of a credit is not booked, or Exact rejects others for one cause.'
where from_state = 'planned' and to_state = 'held';

-- Views have the columns that there were when they were made.
create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;

create or replace view attention_booking as
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
    payload is null as is_unsendable,
    turn
from current_booking
where state not in ('booked', 'exported', 'closed');

create or replace view booking_to_send as
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
    b.absent_since,
    b.version,
    b.fingerprint,
    b.turn
from booking as b
left join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where b.state in ('planned', 'doubtful');

create view renamed_debtor as
select
    b.practice,
    b.debtor_number
from booking as b
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
cross join
    lateral (
        select sent.payload
        from booking as sent
        where
            sent.practice = b.practice
            and sent.source_key = b.source_key
            and sent.state = 'booked'
            and sent.exact_id = r.exact_id
        order by sent.version desc
        limit 1
    ) as sent
where
    b.kind = 'debtor'
    and b.state in ('planned', 'held', 'sending', 'doubtful')
    and b.payload::jsonb #>> '{contact,LastName}' <> sent.payload::jsonb #>> '{contact,LastName}';
comment on view renamed_debtor is
'Debtors with a new last name that was not sent yet: somebody else may have their number, so their invoices wait';
