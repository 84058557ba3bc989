-- Settles the groups that a run read, once it has planned their debtors: while James says the same
-- of them, they are not read again. Promises that each debtor of a settled group was planned as
-- James had him, or is among those that are asked for each night. One that keeps the content with
-- which it was sent leaves its group as it is, for James may have him otherwise by now.
with lacking as (
    select distinct s.bucket
    from staged_debtor as s
    left join
        lateral (
            select
                booking.state,
                booking.attempt,
                booking.rejected_attempt,
                true as is_known
            from booking
            where
                booking.practice = %(practice)s
                and booking.source_key = 'debiteur:' || btrim(coalesce(s.debtor_number, ''))
                and booking.is_latest
            offset 0  -- noqa: AM09
        ) as b
        on true
    where
        s.run_id = %(run_id)s
        and s.bucket is not null
        and (
            b.is_known is null
            or b.state in ('sending', 'doubtful')
            or (b.state in ('planned', 'held') and b.attempt <> b.rejected_attempt)
        )
)

update james_debtor_bucket
set settled = true
where
    practice = %(practice)s
    and run_id = %(run_id)s
    and not settled
    and bucket not in (select lacking.bucket from lacking);
