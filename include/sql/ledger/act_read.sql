-- One act of a practice.
select
    act_id,
    act,
    subject,
    acted_by,
    reason,
    acted_at,
    before,
    taken_back_by
from act
where practice = %(practice)s and act_id = %(act_id)s;
