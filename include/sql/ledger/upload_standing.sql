-- Whether uploads may be made in a run: the switch of the fleet, what the check of this run came to
-- (null: not made yet), of how many uploads of it the answer was lost, whether Exact denied one,
-- and whether one was read back.
select
    coalesce((select s.is_on from fleet_switch as s where s.name = 'bulk'), true) as is_on,
    (
        select u.outcome
        from upload as u
        where u.run_id = %(run_id)s and u.entries = 0
        order by u.upload_id desc
        limit 1
    ) as checked,
    (
        select count(*)
        from upload as u
        where u.run_id = %(run_id)s and u.entries > 0 and coalesce(u.outcome, 'lost') = 'lost'
    ) as lost,
    (
        select count(*) > 0
        from upload as u
        where u.run_id = %(run_id)s and u.outcome = 'denied'
    ) as was_denied,
    (
        select count(*) > 0
        from upload as u
        where u.run_id = %(run_id)s and u.booked > 0
    ) as was_read_back;
