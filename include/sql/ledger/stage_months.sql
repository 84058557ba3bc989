-- Which months are read: those of which James says other figures than when their keys were read
-- last, those of which the ledger lacked something then, and those that James has no more. What has
-- no day is the month -infinity, an empty range of days. `in_full`: all of them.
insert into month_read
select
    month,
    case
        when isfinite(month) then greatest(month, %(from_date)s::date)
        else %(from_date)s::date
    end as first_day,
    case
        when isfinite(month) then least((month + interval '1 month')::date, %(before_date)s::date)
        else %(from_date)s::date
    end as before
from (
    select
        coalesce(month, '-infinity') as month,
        invoices,
        digest
    from month_now
) as n
full join (
    select
        k.month,
        k.invoices,
        k.digest,
        k.settled
    from james_month as k
    where
        k.practice = %(practice)s
        and (
            not isfinite(k.month)
            or (
                k.month < %(before_date)s::date
                and k.month > date_trunc('month', %(from_date)s::date) - interval '1 month'
            )
        )
) as k using (month)
where
    %(in_full)s
    or not coalesce(k.settled and k.invoices = n.invoices and k.digest = n.digest, false)
returning first_day, before;
