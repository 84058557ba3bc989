-- The latest consent for a practice, with the name of the user of Exact.
select
    g.chain_id::text,
    g.given_by,
    g.given_at,
    g.divisions,
    t.exact_user_name
from given_consent as g
inner join token_chain as t on g.chain_id = t.chain_id
where g.practice = %(practice)s;
