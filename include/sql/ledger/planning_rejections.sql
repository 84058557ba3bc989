-- What was rejected before sending: by the booking rules, or by the check against the division's
-- lists. A debtor that James has no more (its number was corrected there) has nothing left to
-- cure. What an import of history rejected is told by the import itself.
select b.*  -- noqa: AM04
from attention_booking as b
where
    b.practice = %(practice)s
    and b.state = 'rejected'
    and b.is_unsendable
    and (
        b.kind <> 'debtor'
        or not exists (select 1 from james_debtor as j where j.practice = %(practice)s)
        or exists (
            select 1 from james_debtor as j
            where j.practice = %(practice)s and j.debtor_number = btrim(b.debtor_number)
        )
    )
    and not exists (
        select 1
        from booking as older
        inner join run as r on older.run_id = r.run_id
        where
            older.booking_id = b.booking_id
            and r.backfill = 'import'
            and r.airflow_run_id like '%%:history'
    )
order by b.booking_id;
