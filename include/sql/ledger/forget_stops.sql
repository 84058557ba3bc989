-- Forgets what a task of a run stopped by: it begins anew. What others left for that is done anew
-- with it.
delete from run_stop
where run_id = %(run_id)s and task = %(task)s;
