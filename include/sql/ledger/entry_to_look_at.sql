-- The entry in Exact that a run stopped on: the one at which the practice stopped, one that this
-- run was the first to find different, or one that stands under the number of a booking that this
-- run rejected; the first of these that there is.
select
    found.entry_id::text as entry_id,
    p.division
from practice as p
inner join run as r on p.code = r.practice and r.airflow_run_id = %(airflow_run_id)s
cross join
    lateral (
        select
            1 as turn,
            b.exact_id as entry_id,
            b.booking_id as place
        from booking as b
        where
            p.stopped_at is not null
            and b.practice = p.code
            and b.entry_number::text = p.stop_values ->> 'number'
            and b.moved_in_run = r.run_id
            and b.exact_id is not null
        union all
        select
            2 as turn,
            d.entry_id,
            d.difference_id as place
        from open_difference as d
        where
            d.practice = p.code
            and d.entry_id is not null
            and (d.first_run = r.run_id or d.worse_run = r.run_id)
        union all
        select
            3 as turn,
            x.entry_id,
            b.booking_id as place
        from open_booking as o
        inner join booking as b on o.booking_id = b.booking_id
        inner join exact_line as x
            on
                b.practice = x.practice
                and b.journal = x.journal
                and b.financial_year = x.financial_year
                and b.entry_number = x.entry_number
        where
            o.practice = p.code
            and b.moved_in_run = r.run_id
            and b.state = 'rejected'
            and b.reason in ('entry_number_in_use', 'entered_before', 'double_in_exact')
    ) as found
where p.code = %(practice)s and p.division is not null
order by found.turn, found.place
limit 1;
