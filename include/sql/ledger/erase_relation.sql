-- Empties the mirror of a debtor's relation, and what a person confirmed of him. The relation stays
-- ours; what is changed in Exact later is mirrored as it is then.
with ours as (
    update relation
    set same_person_fingerprint = null
    where practice = %(practice)s and debtor_number = %(debtor_number)s
    returning exact_id
)

update exact_relation as x
set name = '', postcode = null
from ours
where x.practice = %(practice)s and x.exact_id = ours.exact_id;
