-- The next keys to fetch, in order.
select invoice_key
from wanted_key
where invoice_key > %(after_key)s
order by invoice_key
limit %(keys)s;
