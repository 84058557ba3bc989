-- Claims the oldest mail that may be sent, for one worker; no row when there is none. A worker that
-- died while it sent leaves its mail claimed: after a quarter of an hour another one sends it.
-- `is_patient`: nothing while the server failed a moment ago, and no mail that must rest.
update mail
set
    state = 'sending',
    tries = mail.tries + 1,
    claimed_at = clock_timestamp()
from (
    select m.mail_id
    from mail as m
    where
        (
            m.state = 'waiting'
            or (m.state = 'sending' and m.claimed_at < clock_timestamp() - interval '15 minutes')
        )
        and m.made_at > clock_timestamp() - interval '7 days'
        and m.mail_id <> all(%(tried)s::bigint[])
        and (m.address is not null or %(has_support)s)
        and (
            not %(is_patient)s
            or (
                coalesce(m.held_until < clock_timestamp(), true)
                and not exists (
                    select 1
                    from mail as other
                    where
                        other.state <> 'sent'
                        and other.server_failed_at > clock_timestamp() - interval '5 minutes'
                )
            )
        )
    order by m.mail_id
    limit 1
    for update skip locked
) as chosen
where mail.mail_id = chosen.mail_id
returning mail.mail_id, mail.mail_key, mail.address, mail.subject, mail.html, mail.made_at, mail.tries;
