-- Spends a link by a consent, once: what follows is for the browser that gave it.
update activation_link
set
    spent_at = clock_timestamp(),
    browser_hash = %(browser_hash)s
where
    link_id = %(link_id)s
    and spent_at is null
    and expires_at > clock_timestamp();
