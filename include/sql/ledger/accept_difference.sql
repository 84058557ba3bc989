-- A difference stays as it is, on a person's word.
update difference
set accepted_by = %(by)s, act_id = %(act_id)s
where
    practice = %(practice)s
    and subject = %(subject)s
    and ended_at is null
    and accepted_by is null
    and kind <> 'debtor'
    and cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over', 'unexplained');
