-- What the invoices of all months come to, as James said when it was asked last.
select totals
from james_month
where practice = %(practice)s
order by month;
