-- A person's word that relations are ours: the one with this code of one debtor, or all of one kind
-- of which neither side looks like another one too. A relation keeps its own code. Returns the
-- debtor numbers.
with chosen as (
    select
        m.practice,
        m.debtor_number,
        m.exact_id
    from open_match as m
    where
        m.practice = %(practice)s
        and (%(debtor_number)s::text is null or m.debtor_number = %(debtor_number)s)
        and (%(code)s::text is null or m.code = %(code)s)
        and (%(kind)s::text is null or m.kind = %(kind)s)
        and (m.is_only or %(code)s::text is not null)
),

decided as (
    update relation_match as m
    set decision = 'ours', act_id = %(act_id)s
    from chosen
    where
        m.practice = chosen.practice
        and m.debtor_number = chosen.debtor_number
        and m.exact_id = chosen.exact_id
)

insert into relation (practice, debtor_number, exact_id, adopted_by, adopted_at)
select
    practice,
    debtor_number,
    exact_id,
    %(by)s,
    clock_timestamp()
from chosen
on conflict do nothing
returning debtor_number;
