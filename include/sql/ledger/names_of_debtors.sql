-- What must not leave the ledger by way of Exact's own words: names, addresses, mail, phones and
-- account numbers of everybody that the practice knows. Exact may name another person than the
-- debtor of the booking. Payloads lose theirs after a while (B7), so the mirror of the relations is
-- read too, and what was staged: by the last run that read all of James, and by those since, which
-- read who changed.
with last_full as (
    select coalesce(r.read_at, r.started_at) as read_at
    from james_reading as k
    inner join run as r on k.run_id = r.run_id
    where k.practice = %(practice)s
),

staged_by as (
    select r.run_id
    from run as r
    left join last_full on true
    where
        r.practice = %(practice)s
        and coalesce(r.read_at, r.started_at) >= coalesce(last_full.read_at, '-infinity')
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
inner join staged_by as r on s.run_id = r.run_id
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
