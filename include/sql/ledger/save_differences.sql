-- What a reconciliation found to differ: new ones begin, known ones go on, and those that it looked
-- at and did not find are at their end. One that grew, or has another cause, is worse than before.
with given as (
    select r.*
    from
        jsonb_to_recordset(%(found)s::jsonb) as r (
            subject text, source_key text, entry_id uuid, kind text, cause text, day date, james_cents bigint,
            exact_cents bigint, differs text, cells jsonb
        )
),

ended as (
    update difference as d
    set
        ended_at = clock_timestamp(),
        ended_how = 'equal'
    where
        d.practice = %(practice)s
        and d.ended_at is null
        and d.kind <> 'debtor'
        and (d.day is null or (d.day >= %(from_date)s and d.day < %(before_date)s))
        and d.subject not in (select given.subject from given)
        -- A night and its history may each compare days of their own: what has no day and was found
        -- tonight by the other one stays.
        and (
            d.day is not null
            or not exists (
                select 1
                from run as own
                inner join run as other on own.practice = other.practice
                where
                    own.run_id = %(run_id)s
                    and other.run_id = d.last_run
                    and other.run_id <> own.run_id
                    and regexp_replace(other.airflow_run_id, ':history$', '')
                    = regexp_replace(own.airflow_run_id, ':history$', '')
            )
        )
)

insert into difference as d (
    practice, subject, source_key, entry_id, kind, cause, day, james_cents, exact_cents, differs, cells,
    export_id, first_run, last_run
)
select
    %(practice)s,
    g.subject,
    g.source_key,
    g.entry_id,
    g.kind,
    g.cause,
    g.day,
    g.james_cents,
    g.exact_cents,
    g.differs,
    g.cells,
    case
        when g.cause = 'handed_over'
            then (
                select b.export_id
                from booking as b
                where b.practice = %(practice)s and b.source_key = g.source_key
                order by b.version desc
                limit 1
            )
    end as export_id,
    %(run_id)s as first_run,
    %(run_id)s as last_run
from given as g
on conflict (practice, subject) where ended_at is null do update
    set
        cause = excluded.cause,
        source_key = excluded.source_key,
        entry_id = excluded.entry_id,
        day = excluded.day,
        james_cents = excluded.james_cents,
        exact_cents = excluded.exact_cents,
        differs = excluded.differs,
        cells = excluded.cells,
        export_id = excluded.export_id,
        last_run = excluded.last_run,
        last_seen = clock_timestamp(),
        -- It was accepted as it was, with these amounts.
        accepted_by = case
            when
                (d.cause, d.james_cents, d.exact_cents, d.differs)
                = (excluded.cause, excluded.james_cents, excluded.exact_cents, excluded.differs)
                then d.accepted_by
        end,
        act_id = case
            when
                (d.cause, d.james_cents, d.exact_cents, d.differs)
                = (excluded.cause, excluded.james_cents, excluded.exact_cents, excluded.differs)
                then d.act_id
        end,
        since = case when d.cause = excluded.cause then d.since else clock_timestamp() end,
        worse_run = case
            when d.cause <> excluded.cause then excluded.last_run
            when abs(excluded.james_cents - excluded.exact_cents) > abs(d.james_cents - d.exact_cents)
                then excluded.last_run
            when not string_to_array(excluded.differs, ' ') <@ string_to_array(d.differs, ' ')
                then excluded.last_run
            else d.worse_run
        end;
