-- Deletes a debtor from all that was staged of a practice.
delete from staged_debtor as s
using run as r
where
    s.run_id = r.run_id
    and r.practice = %(practice)s
    and btrim(s.debtor_number) = btrim(%(debtor_number)s);
