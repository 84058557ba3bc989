-- What can't be handed over, though it passed our checks, becomes a rejection: the import in Exact
-- finds a relation by its code alone, and takes a number that is there already for another entry.
-- Promises that no workbook names a relation that is not ours, is blocked or is somebody else now,
-- nor a number, or a reference with its total, that stands in our journals.
with wanted as (
    select n.*
    from new_booking as n
    left join current_booking as b on b.practice = %(practice)s and n.source_key = b.source_key
    where
        n.reason is null
        and (
            b.booking_id is null
            or (b.state = 'rejected' and b.reason <> all(%(read_first)s))
            or (b.state = 'closed' and not b.closed_by_person)
            or (b.state in ('planned', 'held') and b.attempt = 0)
        )
),

checked as (
    select
        w.source_key,
        case
            when r.debtor_number is null then 'debtor_not_booked'
            when x.blocked then 'relation_blocked'
            when d.state = 'rejected' and d.reason = 'debtor_identity_changed' then d.reason
            when exists (
                select 1
                from exact_relation as other
                where
                    other.practice = r.practice
                    and plain_code(other.code) = plain_code(coalesce(nullif(x.code, ''), r.debtor_number))
                    and (
                        other.code = coalesce(nullif(x.code, ''), r.debtor_number)
                        or not exists (
                            select 1
                            from settings_version as s
                            where
                                s.practice = %(practice)s
                                and s.version = %(settings_version)s
                                and s.settings -> 'debtor_zeros_count' = 'true'
                        )
                    )
                    and other.exact_id <> r.exact_id
                    and not other.deleted
            ) then 'number_clash'
            when exists (
                select 1
                from exact_line as l
                where
                    l.practice = %(practice)s
                    and l.journal = w.journal
                    and l.financial_year = w.financial_year
                    and l.entry_number = w.entry_number
            ) then 'entry_number_in_use'
            when other_entry.entry_number is not null then 'entered_before'
        end as obstacle,
        other_entry.entry_number as other_number
    from wanted as w
    left join relation as r on r.practice = %(practice)s and w.debtor_number = r.debtor_number
    left join exact_relation as x on r.practice = x.practice and r.exact_id = x.exact_id
    left join current_booking as d
        on d.practice = %(practice)s and d.source_key = 'debiteur:' || w.debtor_number
    left join
        lateral (
            select min(l.entry_number) as entry_number
            from exact_line as l
            where
                l.practice = %(practice)s
                and l.reference = w.reference
                and l.journal = w.journal
                and l.financial_year = w.financial_year
                and l.cents = w.total_cents
                and not exists (
                    select 1 from booking as b
                    where b.practice = l.practice and b.exact_id = l.entry_id
                )
        ) as other_entry
        on true
)

update new_booking as n
set
    reason = checked.obstacle,
    reason_values = jsonb_build_object(
        'debtor', n.debtor_number, 'number', n.entry_number, 'entry_number', n.entry_number,
        'journal', n.journal, 'year', n.financial_year, 'other_number', checked.other_number
    ),
    payload = null,
    fingerprint = encode(sha256(convert_to(checked.obstacle || ' ' || n.fingerprint, 'UTF8')), 'hex')
from checked
where n.source_key = checked.source_key and checked.obstacle is not null;
