-- Ends the link of a practice with Exact. Its division, settings and bookings stay; its mail
-- addresses do not.
with forgotten as (
    delete from given_consent
    where practice = %(practice)s
)

update practice
set
    active = false,
    chain_id = null,
    practice_mail = null,
    accountant_mail = null
where code = %(practice)s and chain_id is not null;
