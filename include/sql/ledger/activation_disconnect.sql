-- Ends the link of a practice with Exact. Its division, settings and bookings stay.
with forgotten as (
    delete from given_consent
    where practice = %(practice)s
)

update practice
set
    active = false,
    chain_id = null
where code = %(practice)s and chain_id is not null;
