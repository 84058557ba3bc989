-- An entry that somebody made by hand, for which an invoice was rejected, is one fact: the rejection tells
-- it, and what ends that ends both. As a difference the entry stays, since Exact has those euros.
create or replace view unended_difference as
select
    d.difference_id,
    d.practice,
    d.subject,
    d.source_key,
    d.entry_id,
    d.kind,
    d.cause,
    d.day,
    d.james_cents,
    d.exact_cents,
    d.differs,
    d.cells,
    d.first_run,
    d.since,
    d.last_run,
    d.last_seen,
    d.worse_run,
    d.accepted_by,
    d.ended_at,
    d.ended_how,
    d.act_id,
    d.export_id,
    d.accepted_by is null
    and d.cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
    and not (
        d.cause in ('entered_by_hand', 'entered_twice')
        and exists (
            select 1
            from unbooked_booking as b
            where
                b.practice = d.practice
                and b.source_key = d.source_key
                and b.state = 'rejected'
                and b.reason in ('entry_number_in_use', 'entered_before', 'double_in_exact')
        )
    ) as is_open
from difference as d
where d.ended_at is null;
