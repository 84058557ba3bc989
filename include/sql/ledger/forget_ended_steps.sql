-- Forgets that steps of a run ended: what they depend on was read anew a moment ago. All of its
-- steps when none are named.
delete from ended_step
where run_id = %(run_id)s and (%(steps)s::text[] is null or step = any(%(steps)s::text[]));
