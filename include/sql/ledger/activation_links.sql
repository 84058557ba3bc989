-- The latest links of a practice that link it, or one link of any kind, newest first.
select
    link_id::text,
    practice,
    person,
    mail_address,
    made_by,
    made_at,
    expires_at,
    spent_at,
    browser_hash,
    question,
    spent_at is null and expires_at > clock_timestamp() as is_open,
    expires_at <= clock_timestamp() as is_expired
from activation_link
where
    (%(link_id)s::uuid is null or link_id = %(link_id)s)
    and (%(practice)s::text is null or (practice = %(practice)s and question is null))
order by made_at desc
limit 20;
