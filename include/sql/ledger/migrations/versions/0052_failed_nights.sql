-- A night that failed is open by the first thing that stopped one of its tasks, the first task too, and
-- what Airflow tries again. Where that is open of the whole practice already (its link, a scope, a stop
-- after a wrong total), the night is no second item; once that is cured, the night itself is what is left.
create or replace view open_night as
select
    n.code as practice,
    n.problem,
    coalesce(
        told.reason,
        case n.problem
            when 'missing' then 'night_missing'
            when 'unfinished' then 'night_unfinished'
            else 'night_failed'
        end
    ) as reason,
    case
        when told.reason is not null then cause_values(told.reason, stop.named)
        else jsonb_build_object('date', case when n.problem = 'failed' then n.book_day else n.due_day end)
    end as cause_values,
    case when told.reason is not null then stop.named else '{}'::jsonb end || jsonb_strip_nulls(
        jsonb_build_object(
            'date', case when n.problem = 'failed' then n.book_day else n.due_day end,
            'run', case when n.problem <> 'missing' then n.airflow_run_id end,
            'task', stop.task
        )
    ) as reason_values,
    case when n.problem = 'failed' then n.book_day else n.due_day end as day,
    case
        when n.problem = 'failed' then coalesce(n.finished_at, n.started_at)
        when n.problem = 'unfinished' then (n.due_day + time '07:00') at time zone 'Europe/Amsterdam'
        else (
            coalesce(n.book_day, (p.created_at at time zone 'Europe/Amsterdam')::date) + 1 + time '07:00'
        ) at time zone 'Europe/Amsterdam'
    end as since
from latest_night as n
inner join practice as p on n.code = p.code
left join lateral (
    select
        f.problems #>> '{0,0}' as reason,
        coalesce(f.problems #> '{0,1}', '{}'::jsonb) as named,
        f.task
    from night_failure as f
    where f.practice = n.code and f.airflow_run_id = n.airflow_run_id and n.problem = 'failed'
    order by f.noted_at, f.step
    limit 1
) as stop on true
left join lateral (
    select
        case
            when stop.reason = 'link_broken'
                then
                    exists (
                        select 1
                        from token_chain as t
                        where t.chain_id = p.chain_id and t.state = 'reconnect_needed'
                    )
            when stop.reason = 'scope_missing'
                then
                    exists (
                        select 1
                        from token_chain as c
                        inner join missing_scope as m on c.client_id = m.client_id
                        where c.chain_id = p.chain_id and m.cleared_at is null
                    )
            when stop.reason in ('practice_stopped', 'practice_stopped_at_number') then p.stopped_at is not null
        end as still
) as whole on true
left join lateral (
    select case when whole.still is null then stop.reason end as reason
) as told on true
where n.problem is not null and not coalesce(whole.still, false);
comment on view open_night is 'Nights that are open: missing or unfinished at 07:00, or failed before anything was compared';
