-- A ledger of version 0051 that is made up at random from a seed: records in all states with one
-- to three versions, some of which wait for a debtor, for an original, or for others that Exact
-- rejects alike; differences, workbooks, nights that failed or did not come, stopped practices and
-- broken links. Moments are away from the borders of the ages. Statements end with a semicolon at
-- the end of a line.
set session_replication_role = replica;

select setseed(%(seed)s);

create function pg_temp.one_of(variadic words text []) returns text language sql volatile
return words[1 + floor(random() * cardinality(words))::integer];

create function pg_temp.ago(days integer) returns timestamptz language sql volatile
return now() - floor(random() * days) * interval '1 day' - (1 + floor(random() * 22)) * interval '1 hour';

insert into token_chain (
    chain_id, client_id, exact_user_id, exact_user_name, access_token, refresh_token, issued_at, state,
    state_reason
)
select
    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    'app',
    gen_random_uuid(),
    'user ' || n,
    '',
    '',
    pg_temp.ago(9),
    pg_temp.one_of('live', 'live', 'reconnect_needed'),
    'used before'
from generate_series(1, 12) as n;

insert into practice (
    code, name, james_practice_code, active, chain_id, division, link_date, first_sync_date, created_at
)
select
    'practice_' || n,
    'Praktijk ' || n,
    'P' || n,
    n %% 6 <> 5,
    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    n,
    current_date - 20,
    current_date - 60,
    now() - interval '300 days'
from generate_series(1, 12) as n;

update practice
set stopped_at = pg_temp.ago(9), stop_values = '{"number": "33", "sent": "10.00", "booked": "9.00"}'
where code in ('practice_3', 'practice_7');

insert into missing_scope (client_id, scope) values ('app', 'crm:manage');

-- The first has a night that did not end, the second one that failed, the later ones nights of some
-- days ago only, and the last one none.
insert into run (
    run_id, practice, airflow_run_id, book_day, settings_version, started_at, finished_at, outcome, numbers
)
select
    ('00000000-0000-4000-9000-' || lpad((n * 1000 + night)::text, 12, '0'))::uuid,
    'practice_' || n,
    'scheduled__' || night,
    ((now() at time zone 'Europe/Amsterdam') - interval '7 hours')::date - night,
    1,
    now() - night * interval '1 day' - interval '5 hours',
    case when made.outcome <> '' then now() - night * interval '1 day' - interval '4 hours' end,
    nullif(made.outcome, ''),
    case
        when random() < 0.5
            then jsonb_build_object(
                'james_cents', 900 + n, 'ledger_cents', 800, 'exact_cents', 700, 'exported_cents', 0,
                'open_cents', 100, 'per_journal', '[]'::jsonb
            )
    end
from generate_series(1, 11) as n
cross join generate_series(case when n > 7 then 2 else 0 end, 4) as night
cross join lateral (
    select
        pg_temp.one_of(
            'complete', 'rejected', 'failed', 'failed', case when n * night >= 0 then '' end
        ) as outcome
) as made;

update run
set outcome = null, finished_at = null, numbers = null
where practice = 'practice_1' and airflow_run_id = 'scheduled__0';

update run
set outcome = 'failed', finished_at = now() - interval '4 hours', numbers = null
where practice = 'practice_2' and airflow_run_id = 'scheduled__0';

insert into run_stop (run_id, step, task, cause, is_red)
select
    run_id,
    'load',
    'load_entries',
    pg_temp.one_of('journal_missing {"journal": "70"}; other {"x": "y"}', 'practice_stopped {}', 'odd words'),
    true
from run
where outcome = 'failed' and random() < 0.7;

-- What the nights failed by: three are open of the whole practice while its link, scope or stop is.
insert into night_failure (practice, airflow_run_id, step, task, problems, noted_at)
select
    practice,
    airflow_run_id,
    step,
    step,
    jsonb_build_array(
        jsonb_build_array(
            pg_temp.one_of(
                'link_broken', 'scope_missing', 'practice_stopped', 'journal_missing', 'settings_unusable'
            ),
            jsonb_build_object('journal', '70', 'practice', practice)
        )
    ),
    pg_temp.ago(3)
from run
cross join unnest(array['prepare', 'load_entries']) as step
where outcome = 'failed' and random() < 0.8;

insert into booking (
    practice, kind, source_key, version, state, run_id, moved_in_run, settings_version, fingerprint, payload,
    debtor_number, total_cents, entry_date, entry_number, reason, reason_values, exact_message, credits_key,
    exact_id, planned_at, open_since
)
select
    'practice_' || n,
    case when i <= 10 then 'debtor' when i %% 2 = 0 then 'sales_entry' else 'general_journal_entry' end,
    case when i <= 10 then 'debiteur:' || i else 'factuur:' || i end,
    version,
    made.state,
    '00000000-0000-4000-9000-000000001000',
    '00000000-0000-4000-9000-000000001000',
    1,
    i || '-' || version,
    '{}',
    (1 + floor(random() * 14))::text,
    floor(random() * 6000) - 500,
    current_date - floor(random() * 60)::integer,
    null,
    made.reason,
    case
        when made.reason = 'others_rejected'
            then jsonb_build_object(
                'cause', pg_temp.one_of('gl_account_blocked', 'no_lines', 'rejected_other')
            )
        when made.reason is not null
            then pg_temp.one_of(
                '{"account": "8310", "use_nl": "omzet"}', '{"account": null, "number": "7"}',
                '{"debtor": "1003", "message": "x"}', '{}', null
            )::jsonb
    end,
    case
        when made.reason is not null
            then pg_temp.one_of('Invoice 17 is odd', 'Invoice 18 is odd', 'Closed', null)
    end,
    case when i > 10 and random() < 0.6 then 'factuur:' || (11 + floor(random() * 40)) end,
    case when made.state = 'booked' then gen_random_uuid() end,
    pg_temp.ago(50),
    case when random() < 0.7 then pg_temp.ago(50) end
from generate_series(1, 12) as n
cross join generate_series(1, 60) as i
cross join lateral (select 1 + floor(random() * 2.4) + 0 * i * n as last) as versions
cross join lateral generate_series(1, versions.last::integer) as version
cross join lateral (
    select
        state,
        case
            when state in ('rejected', 'held') or (state = 'doubtful' and random() < 0.5)
                then pg_temp.one_of(
                    'waiting_for_original', 'original_not_booked', 'debtor_not_booked',
                    'debtor_identity_changed',
                    'others_rejected', 'gl_account_blocked', 'rejected_other', 'relation_alike',
                    'number_clash', 'no_lines'
                )
        end as reason
    from (
        select
            pg_temp.one_of(
                'held', 'held', 'planned', 'sending', 'rejected', 'rejected', 'doubtful', 'booked',
                'exported',
                case when version * i * n > 0 then 'closed' end
            ) as state
        offset 0
    ) as chosen
) as made;

insert into difference (
    practice, subject, kind, cause, day, james_cents, exact_cents, first_run, last_run, since, accepted_by,
    ended_at, ended_how
)
select
    'practice_' || n,
    'factuur:' || i,
    'sales_entry',
    pg_temp.one_of(
        'changed_in_exact', 'gone_in_exact', 'rejected', 'held', 'unexplained', 'not_yet_due', 'handed_over'
    ),
    current_date - i,
    100 * i,
    500,
    '00000000-0000-4000-9000-000000001000',
    '00000000-0000-4000-9000-000000001000',
    pg_temp.ago(50),
    case when i %% 4 = 1 then 'Sanne' end,
    case when i %% 4 = 2 then now() end,
    case when i %% 4 = 2 then 'equal' end
from generate_series(1, 12) as n
cross join generate_series(1, 12) as i;

insert into export_file (practice, run_id, file_name, sha256, invoices, total_cents, kind, set_id, created_at)
select
    'practice_' || n,
    '00000000-0000-4000-9000-000000001000',
    n || '-' || i || '.xlsx',
    '',
    3,
    900 * i,
    'sales_entry',
    gen_random_uuid(),
    now() - i * interval '10 days'
from generate_series(1, 12, 3) as n
cross join generate_series(1, 3) as i;

set session_replication_role = origin;
