-- The invoices and claims of the days of the file, with the entry that has their journal and
-- number. Expected in it: what was booked by the end of the day on which it was made, and what
-- was handed over.
insert into auditfile_booking (
    booking_id, source_key, state, entry_date, journal, entry_number, period, financial_year, reference,
    reference_in_exact, total_cents, debit_account, is_expected, is_later, file_journal, file_number
)
with judged as (
    select
        b.*,
        b.state = 'booked' and b.booked_at >= %(made_before)s and e.journal is null as is_later,
        e.journal as file_journal,
        e.entry_number as file_number
    from current_booking as b
    left join auditfile_entry as e
        on
            b.state in ('booked', 'exported')
            and b.journal = e.journal
            and b.entry_number::text = e.entry_number
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.entry_date between %(first_day)s and %(last_day)s
)

select
    j.booking_id,
    j.source_key,
    j.state,
    j.entry_date,
    j.journal,
    j.entry_number::text,
    j.financial_period,
    j.financial_year,
    j.reference,
    case when j.kind = 'sales_entry' then j.reference else j.entry_number::text end,
    j.total_cents,
    case
        when j.kind = 'sales_entry' then s.settings ->> 'receivables_account'
        else %(codes_by_id)s::jsonb ->> lower(j.payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}')
    end,
    j.state in ('booked', 'exported') and not j.is_later,
    j.is_later,
    j.file_journal,
    j.file_number
from judged as j
left join settings_version as s on j.practice = s.practice and j.settings_version = s.version;
