-- The fingerprint of an entry has its debtor, whom the payload does not name: an invoice that James
-- gives to another debtor reads differently. Bookings keep what they are: theirs is computed anew
-- from what they hold, so none of them looks changed by this. A booking without a payload is a
-- rejection of our own, whose fingerprint is that of its reason.
update booking
set fingerprint = encode(sha256(convert_to(debtor_number || E'\n' || payload, 'UTF8')), 'hex')
where kind <> 'debtor' and payload is not null;

-- A claim names the content that was read.
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
    b.fingerprint
from booking as b
left join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where b.state in ('planned', 'doubtful');

comment on column booking.fingerprint is 'sha256 of what is sent; of an entry, with its debtor''s number';
comment on column booking.attempt is
'How often it was claimed and may have reached Exact; a claim that is given back before a call is no attempt';

-- How often in a row Exact said that its minute is full, whatever we waited.
alter table call_window add column minute_429s integer not null default 0;
comment on column call_window.minute_429s is
'429s of the minute in a row without another answer; too many of them block the division';
