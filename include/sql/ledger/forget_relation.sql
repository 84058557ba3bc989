-- Forgets that a relation in Exact is ours: Exact has it no more, and it is made again with the
-- next plan (FR-F6). The mirror follows at once, so that its number is free.
with gone as (
    update exact_relation
    set deleted = true
    where practice = %(practice)s and exact_id = %(relation_id)s
)

delete from relation
where practice = %(practice)s and debtor_number = %(debtor_number)s and exact_id = %(relation_id)s;
