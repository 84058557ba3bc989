-- booked -> booked: James and Exact have the same again, by people's hands, and the ledger takes
-- that over. Promises that nothing is sent: what is taken over was read in both.
with given as (
    select
        r.booking_id,
        r.entry_id,
        c.found,
        now_of.exact_id as booked_relation
    from jsonb_to_recordset(%(followed)s::jsonb) as r (booking_id bigint, entry_id uuid)
    inner join booking as b on r.booking_id = b.booking_id
    left join james_change as c on b.practice = c.practice and b.source_key = c.source_key
    left join relation as now_of
        on b.practice = now_of.practice and c.found ->> 'debtor_number' = now_of.debtor_number
    where b.state = 'booked' and b.practice = %(practice)s
),

emptied as (
    delete from booking_line
    where booking_id in (select given.booking_id from given where given.found is not null)
),

followed as (
    delete from james_change as c
    using booking as b, given
    where
        given.booking_id = b.booking_id
        and c.practice = b.practice
        and c.source_key = b.source_key
)

update booking as b
set
    version = b.version + 1,
    moved_in_run = %(run_id)s,
    exact_id = given.entry_id,
    due_date = null,
    settings_version = coalesce((given.found ->> 'settings_version')::integer, b.settings_version),
    fingerprint = coalesce(given.found ->> 'fingerprint', b.fingerprint),
    payload = coalesce(given.found ->> 'payload', b.payload),
    debtor_number = coalesce(given.found ->> 'debtor_number', b.debtor_number),
    booked_relation = case
        when given.found is null then b.booked_relation
        else given.booked_relation
    end,
    financial_year = coalesce((given.found ->> 'financial_year')::integer, b.financial_year),
    financial_period = coalesce((given.found ->> 'financial_period')::integer, b.financial_period),
    entry_date = coalesce((given.found ->> 'entry_date')::date, b.entry_date),
    entry_number = coalesce((given.found ->> 'entry_number')::integer, b.entry_number),
    reference = coalesce(given.found ->> 'reference', b.reference),
    total_cents = coalesce((given.found ->> 'total_cents')::bigint, b.total_cents),
    source_changed_at = coalesce((given.found ->> 'source_changed_at')::timestamptz, b.source_changed_at)
from given
where b.booking_id = given.booking_id
returning b.booking_id, given.found -> 'lines' as lines;
