-- Keys that James named but gave no invoice for.
select w.invoice_key
from wanted_key as w
where
    not exists (
        select 1
        from staged_invoice as i
        where i.run_id = %(run_id)s and w.invoice_key = i.invoice_key
    )
order by w.invoice_key
limit 3;
