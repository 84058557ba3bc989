-- A person's word that relations are not ours: those of one debtor (or one of them, by its code),
-- or all of one kind. Returns the debtor numbers.
update relation_match as m
set decision = 'not_ours', act_id = %(act_id)s
from open_match as chosen
where
    chosen.practice = %(practice)s
    and (%(debtor_number)s::text is null or chosen.debtor_number = %(debtor_number)s)
    and (%(code)s::text is null or chosen.code = %(code)s)
    and (%(kind)s::text is null or chosen.kind = %(kind)s)
    and m.practice = chosen.practice
    and m.debtor_number = chosen.debtor_number
    and m.exact_id = chosen.exact_id
returning m.debtor_number;
