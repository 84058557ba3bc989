-- An invoice is closed because it stands in Exact by hand: that entry stays, on the same word.
update difference
set accepted_by = %(by)s, act_id = %(act_id)s
where
    practice = %(practice)s
    and source_key = %(source_key)s
    and cause = 'entered_by_hand'
    and ended_at is null
    and accepted_by is null;
