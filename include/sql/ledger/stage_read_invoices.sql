-- The next staged invoices of a run. Cents are exact: an amount that is none in whole cents (or
-- missing, NaN, infinite, beyond 64 bits) has none. A day is the number of days since 1970. Rows of
-- one key stay together.
select
    invoice_key,
    invoice_kind,
    invoice_number,
    claim_number,
    case when isfinite(invoice_date) then invoice_date - date '1970-01-01' end as invoice_date,
    debtor_number,
    debtor_kind,
    payment_condition,
    currency,
    case when abs(total) < 90000000000000000 and total = trunc(total, 2) then (total * 100)::bigint end
        as total_cents,
    total::text as total_text,
    credited_invoice_number,
    to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as changed_at,
    shares_number_with
from staged_invoice
where run_id = %(run_id)s and invoice_key collate "C" > %(after_key)s
order by invoice_key collate "C"
fetch first %(invoices)s rows with ties
