-- The debtors that have a relation in Exact.
select debtor_number
from relation
where practice = %(practice)s;
