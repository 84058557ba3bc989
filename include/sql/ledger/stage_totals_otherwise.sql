-- The months that James calls unchanged, and that come to something else than was kept of them: for
-- a night that reads all.
select k.month::text as month
from james_month as k
inner join month_now as n
    on k.month = coalesce(n.month, '-infinity') and k.invoices = n.invoices and k.digest = n.digest
where
    k.practice = %(practice)s
    and k.settled
    and k.totals <> coalesce(%(totals)s::jsonb -> k.month::text, '[]'::jsonb)
order by k.month;
