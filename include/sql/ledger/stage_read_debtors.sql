-- The staged debtors of a run, as the transform reads them.
select
    debtor_number,
    debtor_kind,
    name,
    initials,
    first_name,
    prefix,
    last_name,
    gender,
    street,
    house_number,
    house_number_addition,
    postcode,
    city,
    country,
    phone,
    email,
    iban,
    payment_condition
from staged_debtor
where run_id = %(run_id)s
order by debtor_number collate "C"
