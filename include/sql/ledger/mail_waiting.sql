-- How many mails wait that could go, since when, and what kept the latest of them back.
select
    count(*)::integer as mails,
    min(made_at) as since,
    (array_agg(last_error order by claimed_at desc nulls last))[1] as last_error
from mail
where
    state <> 'sent'
    and made_at > clock_timestamp() - interval '7 days'
    and (address is not null or %(has_support)s);
