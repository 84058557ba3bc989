-- The debtors of the invoices that a run staged.
select distinct btrim(debtor_number) as debtor_number
from staged_invoice
where run_id = %(run_id)s and btrim(debtor_number) <> ''
order by debtor_number;
