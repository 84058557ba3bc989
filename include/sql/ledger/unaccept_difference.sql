-- A difference is open again: what was accepted by this act.
update difference
set accepted_by = null, act_id = null
where practice = %(practice)s and act_id = %(act_id)s and ended_at is null;
