-- Keeps the latest consent for a practice, with the divisions that it covers.
insert into given_consent as known (practice, chain_id, given_by, divisions)
values (%(practice)s, %(chain_id)s, %(given_by)s, %(divisions)s)
on conflict (practice) do update
    set
        chain_id = excluded.chain_id,
        given_by = excluded.given_by,
        given_at = clock_timestamp(),
        divisions = excluded.divisions;
