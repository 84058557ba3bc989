-- Notes that a browser is sent to the consent screen of Exact.
insert into consent_request (
    state_hash, browser_hash, purpose, practice, login, link_id, who, framed, expires_at
)
values (
    %(state_hash)s,
    %(browser_hash)s,
    %(purpose)s,
    %(practice)s,
    %(login)s,
    %(link_id)s,
    %(who)s,
    %(framed)s,
    clock_timestamp() + %(valid_for)s::interval
);
