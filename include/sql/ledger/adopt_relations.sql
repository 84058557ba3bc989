-- A person's word that the relations listed for confirmation are ours, or one of them: each must
-- still be the one customer with that number, and the name and postcode that were compared. Returns
-- the debtor numbers that were adopted.
insert into relation (practice, debtor_number, exact_id, own_version, adopted_by, adopted_at)
select
    b.practice,
    b.debtor_number,
    x.exact_id,
    x.row_version,
    %(confirmed_by)s,
    clock_timestamp()
from current_booking as b
inner join exact_relation as x
    on b.practice = x.practice and plain_code(b.debtor_number) = plain_code(x.code)
where
    b.practice = %(practice)s
    and b.kind = 'debtor'
    and b.state = 'rejected'
    and b.reason = 'relation_to_confirm'
    and (%(source_key)s::text is null or b.source_key = %(source_key)s)
    and not x.deleted
    and x.status = 'C'
    and not exists (
        select 1
        from relation as r
        inner join practice_of_division as d on r.practice = d.serves
        where d.practice = b.practice and r.exact_id = x.exact_id
    )
    and (
        exists (
            select 1
            from open_match as m
            where
                m.practice = b.practice
                and m.debtor_number = b.debtor_number
                and m.exact_id = x.exact_id
                and m.kind = 'same_number_same_name'
        )
        or (
            x.code = b.debtor_number
            and x.name = b.payload::jsonb #>> '{account,Name}'
            and coalesce(x.postcode, '') = coalesce(b.payload::jsonb #>> '{account,Postcode}', '')
        )
    )
on conflict do nothing
returning debtor_number;
