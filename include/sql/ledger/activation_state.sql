-- How far a practice is on its way from added to active.
select
    p.active,
    p.chain_id is not null and p.division is not null as is_linked,
    p.division,
    p.division_name,
    p.link_date,
    p.first_sync_date,
    p.backfill,
    t.state as link_state,
    t.issued_at as renewed_at,
    t.exact_user_name,
    g.practice is not null as has_consent,
    (
        select max(s.version) from settings_version as s
        where s.practice = p.code
    ) as settings_version,
    (
        select e.at from practice_event as e
        where e.practice = p.code and e.event = 'first_sync_date_set'
        order by e.event_id desc
        limit 1
    ) as first_sync_date_set_at,
    exists(
        select 1 from run as r
        where r.practice = p.code and not r.dry_run
    ) as had_night,
    exists(
        select 1 from exact_list as l
        where l.practice = p.code
    ) as has_lists
from practice as p
left join token_chain as t on p.chain_id = t.chain_id
left join given_consent as g on p.code = g.practice
where p.code = %(practice)s;
