-- Whether another run has read the division from a day on, not long ago and not before this run was
-- begun again. Its lists must be those that are kept now: who read them for fewer days has replaced
-- them.
select exists(
    select 1
    from run as own
    inner join practice as p on own.practice = p.code
    inner join run as r on own.practice = r.practice and own.run_id <> r.run_id
    cross join
        lateral (
            select min(l.fetched_at) as fetched_at
            from exact_list as l
            where l.practice = own.practice
        ) as lists
    where
        own.run_id = %(run_id)s
        and not r.dry_run
        and r.settings_version = own.settings_version
        and r.ready_at >= lists.fetched_at
        and lists.fetched_at > clock_timestamp() - make_interval(secs => %(seconds)s)
        and lists.fetched_at > coalesce(
            (
                select max(e.ended_at)
                from ended_step as e
                where e.run_id = own.run_id
            ),
            '-infinity'
        )
        and %(first_day)s >= case
            when r.airflow_run_id like 'backfill__%%'
                then date_trunc('year', least(r.history_from, p.first_sync_date))::date
            else least(r.history_from, p.first_sync_date)
        end
) as was_read;
