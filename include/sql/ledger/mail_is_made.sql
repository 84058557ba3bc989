-- Whether a mail with this key was made.
select exists(
    select 1
    from mail
    where mail_key = %(mail_key)s
) as is_made;
