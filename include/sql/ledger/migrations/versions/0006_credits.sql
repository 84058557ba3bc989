-- What a credit invoice credits: it waits until that is booked (reliability row G5).

alter table booking add column credits_number text;     -- the invoice number as James has it
alter table booking add column credits_key text;        -- its source key, where the ledger or the same run knows it

-- A view has the columns that there were when it was made.
create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;
