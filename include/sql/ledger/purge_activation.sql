-- Deletes links and consents under way that ended at or before a moment, of a practice.
with links as (
    delete from activation_link
    where
        link_id in (
            select l.link_id from activation_link as l
            where l.practice = %(practice)s and l.expires_at <= %(before)s
            order by l.expires_at
            limit %(rows)s
            for update skip locked
        )
    returning 1
),

requests as (
    delete from consent_request
    where
        state_hash in (
            select r.state_hash from consent_request as r
            where (r.practice = %(practice)s or r.practice is null) and r.expires_at <= %(before)s
            order by r.expires_at
            limit %(rows)s
            for update skip locked
        )
    returning 1
),

counts as (
    delete from request_count
    where (subject_hash, counted_from) in (
        select
            c.subject_hash,
            c.counted_from
        from request_count as c
        where c.counted_from <= %(before)s
        order by c.counted_from
        limit %(rows)s
        for update skip locked
    )
    returning 1
)

select 1 from links
union all
select 1 from requests
union all
select 1 from counts;
