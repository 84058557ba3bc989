-- An entry number is claimed once per journal and year (FR-G18), or, where James has one series for
-- invoices and claims, once per year: of two records with one number the one that was there first
-- keeps it. The others become rejections that name it.
with series as (
    select
        coalesce((s.settings ->> 'one_number_series')::boolean, false) as is_one,
        array_remove(
            array[
                s.settings ->> 'sales_journal',
                s.settings ->> 'general_journal',
                s.settings ->> 'claims_journal'
            ],
            null
        ) as journals
    from settings_version as s
    where s.practice = %(practice)s and s.version = %(settings_version)s
),

ranked as (
    select
        n.source_key,
        coalesce(taken.source_key, first_value(n.source_key) over same_number) as holder
    from new_booking as n
    left join series on true
    left join
        lateral (
            select b.source_key
            from booking as b
            where
                b.practice = %(practice)s
                and b.journal = any(case when series.is_one then series.journals else array[n.journal] end)
                and b.financial_year = n.financial_year
                and b.entry_number = n.entry_number
                and b.state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported')
            order by b.source_key = n.source_key desc, b.booking_id asc
            limit 1
        ) as taken
        on true
    where n.reason is null and n.entry_number is not null
    window
        same_number as (
            partition by case when series.is_one then '' else n.journal end, n.financial_year, n.entry_number
            order by n.source_key
        )
)

update new_booking as n
set
    reason = 'duplicate_in_source',
    reason_values = jsonb_build_object('number', n.entry_number, 'records', ranked.holder),
    payload = null,
    fingerprint = encode(sha256(convert_to('duplicate_in_source ' || ranked.holder, 'UTF8')), 'hex')
from ranked
where
    n.source_key = ranked.source_key
    and ranked.holder <> ranked.source_key;
