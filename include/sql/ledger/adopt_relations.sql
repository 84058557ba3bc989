-- A person's word that the relations listed for confirmation are ours, or one of them: each must
-- still be the one customer with that code, name and postcode. Returns the debtor numbers that were
-- adopted.
insert into relation (practice, debtor_number, exact_id, own_version, adopted_by, adopted_at)
select
    b.practice,
    b.debtor_number,
    x.exact_id,
    x.row_version,
    %(confirmed_by)s,
    clock_timestamp()
from current_booking as b
inner join exact_relation as x on b.practice = x.practice and b.debtor_number = x.code
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and b.state = 'rejected'
    and b.reason = 'relation_to_confirm'
    and (%(source_key)s::text is null or b.source_key = %(source_key)s)
    and not x.deleted
    and x.status = 'C'
    and x.name = b.payload::jsonb #>> '{account,Name}'
    and coalesce(x.postcode, '') = coalesce(b.payload::jsonb #>> '{account,Postcode}', '')
on conflict do nothing
returning debtor_number;
