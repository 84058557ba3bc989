-- The due date of an entry, to see that it changed after booking. Exact computes it from the payment condition, so what it
-- showed first is what is compared later. The mirror reads all lines anew; nothing is lost of it meanwhile.
alter table exact_line add column due_date date;
delete from exact_cursor where list_name = 'lines';

alter table booking add column due_date date;
comment on column booking.due_date is 'The due date that Exact showed first for the entry; null for a general journal entry';

create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;
