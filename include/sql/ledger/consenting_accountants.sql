-- Per practice the mail address of who gave the latest consent through a signed link.
select distinct on (practice)
    practice,
    mail_address
from activation_link
where spent_at is not null
order by practice asc, spent_at desc;
