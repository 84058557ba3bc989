-- Debtors that are booked and no longer in James (merged, say): written down for people, the
-- relation in Exact stays (FR-F4). One that is in James again is no difference any more.
with gone as (
    select
        b.practice,
        b.kind,
        b.source_key
    from current_booking as b
    left join james_debtor as j on b.practice = j.practice and b.debtor_number = j.debtor_number
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and b.state = 'booked'
        and j.debtor_number is null
),

back as (
    update difference as d
    set ended_at = clock_timestamp(), ended_how = 'equal'
    where
        d.practice = %(practice)s
        and d.cause = 'debtor_gone_in_source'
        and d.ended_at is null
        and d.source_key not in (select gone.source_key from gone)
)

insert into difference (
    practice, subject, source_key, kind, cause, james_cents, exact_cents, first_run, last_run
)
select
    practice,
    source_key as subject,
    source_key,
    kind,
    'debtor_gone_in_source' as cause,
    0 as james_cents,
    0 as exact_cents,
    %(run_id)s as first_run,
    %(run_id)s as last_run
from gone
on conflict (practice, subject) where ended_at is null do nothing;
