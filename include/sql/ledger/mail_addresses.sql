-- Of each practice the addresses of itself and of its accountant: the one that somebody typed, else
-- that of who gave the latest consent through a signed link.
select
    p.code as practice,
    p.practice_mail,
    coalesce(p.accountant_mail, consenting.mail_address) as accountant_mail
from practice as p
left join (
    select distinct on (practice)
        practice,
        mail_address
    from activation_link
    where spent_at is not null
    order by practice asc, spent_at desc
) as consenting on p.code = consenting.practice;
