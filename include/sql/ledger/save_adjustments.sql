-- Notes what a plan shortened or left out; what was noted before stays with the run that noted it
-- first.
insert into adjustment (practice, source_key, reason, reason_values, run_id)
select
    %(practice)s,
    given.source_key,
    given.reason,
    given.reason_values,
    %(run_id)s
from jsonb_to_recordset(%(adjustments)s::jsonb) as given (source_key text, reason text, reason_values jsonb)
on conflict do nothing;
