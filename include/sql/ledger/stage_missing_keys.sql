-- Keys that James named but gave no invoice for.
select invoice_key
from wanted_key
except
select invoice_key
from staged_invoice
where run_id = %(run_id)s
order by invoice_key
limit 3;
