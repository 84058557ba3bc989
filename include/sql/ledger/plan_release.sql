-- rejected -> planned (or exported, in a hand-over): what Exact rejected and still reads the same
-- is tried once more (M21) when the circumstances changed, when its days are over, or when a person
-- is at work: the plan is made again, or the run is not the first one of its book day. Same row,
-- next version. What Exact had twice, or from somebody else (`read_first`), becomes doubtful:
-- promises that it is read again before anything is sent. planned or held -> exported, in a
-- hand-over: what was never sent goes into the workbook, so that nothing goes both ways (M20).
with night as (
    select
        r.book_day,
        exists(
            select 1
            from run as other
            where
                other.practice = r.practice
                and other.book_day = r.book_day
                and other.started_at < r.started_at
                and not other.dry_run
                and regexp_replace(other.airflow_run_id, ':history$', '')
                <> regexp_replace(r.airflow_run_id, ':history$', '')
        ) as is_by_hand
    from run as r
    where r.run_id = %(run_id)s
),

candidate as (
    select
        b.booking_id,
        b.reason = 'others_rejected'
        or tonight.is_by_hand
        or coalesce(tonight.book_day - tried.book_day, 0) <= 0 as is_asked,
        tonight.book_day - tried.book_day as days,
        case
            when b.reason = any(%(unseen_reasons)s)
                then waits.days[least(greatest(b.rejected_times, 1), cardinality(waits.days))]
            else %(seen_days)s
        end as days_to_wait,
        b.rejected_under
    from current_booking as b
    inner join new_booking as n
        on b.kind = n.kind and b.source_key = n.source_key and b.fingerprint = n.fingerprint
    cross join night as tonight
    cross join (select %(unseen_days)s::integer[] as days) as waits
    left join run as tried on b.moved_in_run = tried.run_id
    where
        b.practice = %(practice)s
        and (b.state = 'rejected' or (%(exported)s and b.state in ('planned', 'held') and b.attempt = 0))
        and n.reason is null
        and (b.reason is distinct from 'double_in_exact' or b.run_id <> %(run_id)s)
)

update booking as b
set
    state = case
        when b.reason = any(%(read_first)s) then 'doubtful'
        when %(exported)s then 'exported'
        else 'planned'
    end,
    moved_in_run = %(run_id)s,
    unknown_since = case when b.reason = any(%(read_first)s) then clock_timestamp() end,
    version = b.version + 1,
    run_id = %(run_id)s,
    reason = null,
    reason_values = null,
    exact_message = null
from candidate as r
where
    b.booking_id = r.booking_id
    and (
        %(exported)s
        or r.is_asked
        or r.days >= r.days_to_wait
        or r.rejected_under is distinct from circumstances(r.booking_id, %(run_id)s)
    );
