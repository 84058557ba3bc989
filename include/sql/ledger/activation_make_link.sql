-- Makes a link that lets somebody without an account link a practice, or answer one question.
insert into activation_link (practice, person, mail_address, made_by, expires_at, question)
values (
    %(practice)s, %(person)s, %(mail_address)s, %(made_by)s, clock_timestamp() + %(valid_for)s::interval,
    %(question)s
)
returning link_id::text;
