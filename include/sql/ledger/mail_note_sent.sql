-- The mail server took a mail.
update mail
set
    state = 'sent',
    sent_at = clock_timestamp(),
    held_until = null,
    server_failed_at = null,
    last_error = null
where mail_id = %(mail_id)s and state = 'sending';
