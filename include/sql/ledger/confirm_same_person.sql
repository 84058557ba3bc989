-- A debtor that seemed to be somebody else is the same person, on a person's word: for the content
-- that James has now.
update relation as r
set same_person_fingerprint = b.fingerprint
from current_booking as b
where
    b.practice = %(practice)s
    and b.source_key = %(source_key)s
    and b.state = 'rejected'
    and b.reason = 'debtor_identity_changed'
    and r.practice = b.practice
    and r.debtor_number = b.debtor_number;
