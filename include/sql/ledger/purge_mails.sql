-- Deletes mails that were made at or before a moment, whether they went or not.
with due as (
    select m.mail_id
    from mail as m
    where m.made_at <= %(before)s
    order by m.made_at
    limit %(rows)s
    for update skip locked
)

delete from mail
using due
where mail.mail_id = due.mail_id
returning mail.mail_id;
