-- The latest version of a record, with the cause of its open difference and the last run of the
-- practice, in which an act moves it.
select
    b.booking_id,
    b.kind,
    b.state,
    b.turn,
    b.exact_id::text as entry_id,
    b.reason,
    b.payload is not null as has_content,
    b.debtor_number,
    b.fingerprint,
    d.cause,
    last.run_id::text
from current_booking as b
left join difference as d on b.practice = d.practice and b.source_key = d.subject and d.ended_at is null
cross join
    lateral (
        select run.run_id
        from run
        where run.practice = b.practice and not run.dry_run
        order by run.started_at desc
        limit 1
    ) as last
where b.practice = %(practice)s and b.source_key = %(source_key)s;
