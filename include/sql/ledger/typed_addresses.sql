-- The addresses that somebody typed for a practice.
select
    coalesce(practice_mail, '') as practice_mail,
    coalesce(accountant_mail, '') as accountant_mail
from practice
where code = %(practice)s;
