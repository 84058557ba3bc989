-- Keeps a mail until it is sent; no row when it was made before.
insert into mail (mail_key, practice, address, subject, html)
values (%(mail_key)s, %(practice)s, %(address)s, %(subject)s, %(html)s)
on conflict (mail_key) do nothing
returning mail_id;
