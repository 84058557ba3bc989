-- An entry number is claimed once per journal and year (FR-G18): of two records with one number the
-- one that was there first keeps it. The others become rejections that name it.
with ranked as (
    select
        n.source_key,
        coalesce(taken.source_key, first_value(n.source_key) over same_number) as holder
    from new_booking as n
    left join booking as taken
        on
            taken.practice = %(practice)s
            and n.journal = taken.journal
            and n.financial_year = taken.financial_year
            and n.entry_number = taken.entry_number
            and taken.state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported')
    where n.reason is null and n.entry_number is not null
    window same_number as (partition by n.journal, n.financial_year, n.entry_number order by n.source_key)
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
