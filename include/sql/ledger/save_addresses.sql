-- Keeps the addresses of a practice and its accountant; returns a row when they are others.
update practice
set practice_mail = nullif(%(practice_mail)s, ''), accountant_mail = nullif(%(accountant_mail)s, '')
where
    code = %(practice)s
    and (coalesce(practice_mail, ''), coalesce(accountant_mail, ''))
    is distinct from (%(practice_mail)s, %(accountant_mail)s)
returning code;
