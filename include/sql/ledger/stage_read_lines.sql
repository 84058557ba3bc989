-- The staged lines of a range of invoices of a run. Cents as in stage_read_invoices.sql, VAT
-- percentages in hundredths likewise.
select
    invoice_key,
    line_number,
    profession,
    item_origin,
    case
        when
            abs(vat_percentage) < 90000000000000000 and vat_percentage = trunc(vat_percentage, 2)
            then (vat_percentage * 100)::bigint
    end as vat_basis_points,
    case when abs(amount) < 90000000000000000 and amount = trunc(amount, 2) then (amount * 100)::bigint end
        as amount_cents,
    amount::text as amount_text
from staged_invoice_line
where
    run_id = %(run_id)s
    and invoice_key collate "C" > %(after_key)s
    and invoice_key collate "C" <= %(through_key)s
order by invoice_key collate "C", line_number
