-- What must not leave the ledger by way of Exact's own words: names, addresses, mail, phones and
-- account numbers of everybody that the practice knows. Exact may name another person than the
-- debtor of the booking. Payloads lose theirs after a while (B7), so what was staged last and the
-- mirror of the relations are read too.
with last_staged as (
    select r.run_id
    from run as r
    where
        r.practice = %(practice)s
        and exists (
            select 1
            from staged_debtor as s
            where s.run_id = r.run_id
        )
    order by r.started_at desc
    limit 1
)

select
    parts.value as personal,
    parts.key in ('Name', 'FirstName', 'LastName') as is_name
from booking as b
cross join lateral jsonb_each(b.payload::jsonb) as part
cross join
    lateral jsonb_each_text(
        case when jsonb_typeof(part.value) = 'object' then part.value else '{}'::jsonb end
    ) as parts
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and b.payload is not null
    and parts.key in (
        'Name', 'FirstName', 'LastName', 'AddressLine1', 'Postcode', 'Email', 'Phone', 'BankAccount'
    )
    and length(parts.value) > 1
union
select
    known.value,
    known.is_name
from staged_debtor as s
inner join last_staged as last on s.run_id = last.run_id
cross join
    lateral (
        values
        (s.name, true),
        (s.first_name, true),
        (s.last_name, true),
        (s.street, false),
        (s.postcode, false),
        (s.email, false),
        (s.phone, false),
        (s.iban, false)
    ) as known (value, is_name)
where length(known.value) > 1
union
select
    known.value,
    known.is_name
from exact_relation as x
cross join lateral (values (x.name, true), (x.postcode, false)) as known (value, is_name)
where x.practice = %(practice)s and length(known.value) > 1;
