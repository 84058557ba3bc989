-- The debtors that a relation looks like and waits for a person's word about.
select distinct m.debtor_number
from open_match as m
where m.practice = %(practice)s;
