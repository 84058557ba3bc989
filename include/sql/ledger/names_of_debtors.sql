-- What of these debtors must not leave the ledger by way of Exact's own words: names, address,
-- mail, phone, account number.
select distinct
    b.debtor_number,
    parts.value as personal
from booking as b
cross join lateral jsonb_each(b.payload::jsonb) as part
cross join
    lateral jsonb_each_text(
        case when jsonb_typeof(part.value) = 'object' then part.value else '{}'::jsonb end
    ) as parts
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and b.debtor_number = any(%(debtor_numbers)s)
    and b.payload is not null
    and parts.key in (
        'Name', 'FirstName', 'LastName', 'AddressLine1', 'Postcode', 'Email', 'Phone', 'BankAccount'
    )
    and length(parts.value) > 2;
