-- The invoices and claims of days, the latest version each, a page at a time: where they stand,
-- and the open difference of each. Without a revenue group and VAT rate all, else those with
-- such a line (what was never booked has no lines); only those that differ where that is asked.
-- Gross cents.
select
    b.booking_id,
    b.source_key,
    b.kind,
    b.state,
    b.reason,
    b.journal,
    b.entry_number,
    b.entry_date,
    b.total_cents,
    d.cause,
    d.accepted_by is not null as is_accepted,
    d.james_cents,
    d.exact_cents,
    count(*) over () as found
from current_booking as b
left join difference as d
    on
        b.practice = d.practice
        and b.source_key = d.source_key
        and d.ended_at is null
        and b.source_key = d.subject
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
    and (not %(only_differing)s or d.cause is not null)
    and (
        %(revenue_group)s::text is null
        or exists (
            select 1
            from booking_line as l
            where
                b.booking_id = l.booking_id
                and l.revenue_group = %(revenue_group)s
                and l.vat_rate = %(vat_rate)s
        )
    )
order by b.entry_date, b.entry_number, b.booking_id
limit %(page_size)s offset %(skipped)s;
