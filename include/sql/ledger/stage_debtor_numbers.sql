-- The debtors of the invoices that a run staged, and of what the ledger has of its days and is not
-- at rest: the run may have planned that before it was broken off, and that is not staged again.
select btrim(debtor_number) as debtor_number
from staged_invoice
where run_id = %(run_id)s and btrim(debtor_number) <> ''
union
select debtor_number
from booking
where
    practice = %(practice)s
    and kind <> 'debtor'
    and state in ('planned', 'held', 'sending', 'doubtful')
    and entry_date >= %(first_day)s
    and entry_date < %(before)s
    and debtor_number <> ''
order by debtor_number;
