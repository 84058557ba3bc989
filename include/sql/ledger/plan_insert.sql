-- New versions: a record the ledger does not know, a rejected one that reads differently now, one
-- that was removed everywhere and is in James again, a debtor that changed after it was sent, or
-- whose relation was deleted in Exact. Promises that a record that is being sent, doubtful or
-- booked gets no second booking.
with fresh as (
    select
        n.*,
        coalesce(b.version, 0) + 1 as version
    from new_booking as n
    left join current_booking as b on b.practice = %(practice)s and n.source_key = b.source_key
    where
        b.booking_id is null
        or (b.fingerprint <> n.fingerprint and b.state = 'rejected' and b.attempt > 0)
        or (b.state = 'closed' and not b.closed_by_person)
        or (b.fingerprint <> n.fingerprint and b.state = 'booked' and b.kind = 'debtor')
        or (
            b.state = 'booked' and b.kind = 'debtor'
            and not exists (
                select 1 from relation as r
                where r.practice = b.practice and r.debtor_number = b.debtor_number
                offset 0  -- noqa: AM09
            )
        )
)

insert into booking (
    practice, kind, source_key, version, state, run_id, moved_in_run, settings_version, fingerprint, payload,
    debtor_number, journal, financial_year, financial_period, entry_date, entry_number, reference,
    total_cents, source_changed_at, reason, reason_values
)
select
    %(practice)s,
    kind,
    source_key,
    version,
    case
        when reason is not null then 'rejected'
        when %(exported)s then 'exported'
        else 'planned'
    end,
    %(run_id)s,
    %(run_id)s as moved_in_run,
    %(settings_version)s,
    fingerprint,
    payload,
    coalesce(debtor_number, ''),
    journal,
    financial_year,
    financial_period,
    entry_date,
    entry_number,
    reference,
    coalesce(total_cents, 0),
    source_changed_at,
    reason,
    reason_values
from fresh
order by kind, entry_date, entry_number, source_key;
