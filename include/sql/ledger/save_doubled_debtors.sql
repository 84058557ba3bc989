-- Debtors with a contact or bank account too many in Exact: written down for people, once per set
-- of them.
insert into drift (practice, kind, source_key, reason, found_fingerprint, booked_cents, run_id)
select
    %(practice)s,
    'debtor',
    given.source_key,
    'debtor_double_in_exact',
    given.parts,
    0,
    %(run_id)s
from jsonb_to_recordset(%(debtors)s::jsonb) as given (source_key text, parts text)
on conflict do nothing;
