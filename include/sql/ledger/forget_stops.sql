-- Forgets what stopped a step of a run, since it begins anew, and all steps of the tasks for which
-- it decides what they do.
delete from run_stop
where run_id = %(run_id)s and (step = %(step)s or task = any(%(tasks)s::text[]));
