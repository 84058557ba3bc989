-- A made-up fleet for tests/bench/pages.py: practices, a month of nights, bookings with their
-- history, and differences. The first practice has a twentieth of all bookings.
set session_replication_role = replica;

insert into token_chain (
    chain_id, client_id, exact_user_id, exact_user_name, access_token, refresh_token, issued_at,
    state
)
select
    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    'bench',
    gen_random_uuid(),
    'user ' || n,
    '',
    '',
    now() - interval '1 day',
    case when n %% 700 = 0 then 'reconnect_needed' else 'live' end
from generate_series(1, %(practices)s) as n;

insert into practice (
    code, name, james_practice_code, active, chain_id, division, division_name, link_date,
        first_sync_date, backfill, created_at
)
select
    'practice_' || n,
    'Praktijk ' || n,
    'P' || n,
    true,
    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    n,
    'Administratie ' || n,
    current_date - 300,
    current_date - 600,
    case when n %% 10 = 0 then 'import' else 'nothing' end,
    now() - interval '300 days'
from generate_series(1, %(practices)s) as n;

with cells as (
    select
        jsonb_agg(
            jsonb_build_object(
                'state', 'booked', 'journal', '70', 'revenue_group', nullif(cell, 0)::text, 'vat_rate',
                    'zero',
                'entries', 60, 'net_cents', 1, 'vat_cents', 0, 'gross_cents', 30000
            )
        ) as per_journal,
        jsonb_agg(jsonb_build_object('revenue_group', cell::text, 'vat_rate', 'zero', 'james_cents', 1))
            as cells
    from generate_series(0, 8) as cell
)

insert into run (
    run_id, practice, airflow_run_id, book_day, settings_version, started_at, finished_at, outcome,
    ready_at, numbers
)
select
    ('00000000-0000-4000-9000-' || lpad((n * 1000 + night)::text, 12, '0'))::uuid,
    'practice_' || n,
    'scheduled__' || (current_date - night),
    current_date - night,
    1,
    current_date - night + interval '1 hour',
    current_date - night + interval '70 minutes',
    case when (n + night) %% 40 = 0 then 'failed' when (n + night) %% 9 = 0 then 'rejected' else
        'complete' end,
    current_date - night + interval '1 hour',
    case
        when (n + night) %% 40 <> 0 then jsonb_build_object(
            'debtors_created', 2, 'debtors_changed', 1, 'sales_entries', 60, 'general_journal_entries',
                8,
            'rejected', 1, 'held', 0, 'doubtful', 0, 'planned', 0, 'booked', 330, 'exported', 0,
            'james_cents', 1000000 + n, 'ledger_cents', 999000 + n, 'exact_cents', 999000 + n,
            'exported_cents', 0, 'open_cents', 1000, 'difference_cents', 0,
            'per_journal', cells.per_journal, 'cells', cells.cells, 'suspense', '[]'::jsonb
        )
    end
from generate_series(1, %(practices)s) as n
cross join generate_series(0, 29) as night
cross join cells;

insert into booking (
    practice, kind, source_key, state, payload, run_id, moved_in_run, settings_version, fingerprint,
        debtor_number, journal,
    financial_year, financial_period, entry_date, entry_number, reference, total_cents, reason,
        reason_values, attempt,
    exact_id, planned_at, open_since, booked_at
)
select
    'practice_' || owner.n,
    case when i %% 20 = 0 then 'debtor' else 'sales_entry' end,
    case when i %% 20 = 0 then 'debiteur:' else 'factuur:' end || i,
    state.name,
    '{}',
    ('00000000-0000-4000-9000-' || lpad((owner.n * 1000)::text, 12, '0'))::uuid,
    ('00000000-0000-4000-9000-' || lpad((owner.n * 1000)::text, 12, '0'))::uuid,
    1,
    md5(i::text),
    (100000 + i %% 50000)::text,
    '70',
    2026,
    1 + i %% 12,
    current_date - (i %% 500)::integer,
    case when i %% 20 <> 0 then 1000000 + i end,
    case when i %% 20 <> 0 then (1000000 + i)::text end,
    5000 + i %% 9000,
    case state.name when 'rejected' then 'gl_account_blocked' when 'held' then 'debtor_not_booked' end,
    case when state.name = 'rejected' then '{"account": "8310"}'::jsonb end,
    1,
    case when state.name = 'booked' then gen_random_uuid() end,
    now() - (i %% 60) * interval '1 day',
    case when state.name in ('rejected', 'held') then now() - (i %% 60) * interval '1 day' end,
    case when state.name = 'booked' then now() - (i %% 60) * interval '1 day' end
from generate_series(1, %(bookings)s) as i
cross join lateral (select case when i %% 20 = 1 then 1 else 1 + i %% %(practices)s end as n) as owner
cross join lateral (
    select case when i %% 97 = 0 then 'rejected' when i %% 193 = 0 then 'held' when i %% 211 = 0 then
        'planned' else 'booked' end as name
) as state;

insert into booking_history (booking_id, at, run_id, from_state, to_state, attempt, reason, moved_by)
select b.booking_id, b.planned_at, b.run_id, move.from_state, move.to_state, 1, null, 'bench'
from booking as b
cross join (values (null, 'planned'), ('planned', 'sending')) as move (from_state, to_state);

insert into difference (
    practice, subject, source_key, kind, cause, day, james_cents, exact_cents, first_run, since,
    last_run
)
select
    b.practice,
    b.source_key,
    b.source_key,
    b.kind,
    case when b.booking_id %% 50 = 0 then 'changed_in_exact' else 'rejected' end,
    b.entry_date,
    b.total_cents,
    0,
    b.run_id,
    b.planned_at,
    b.run_id
from booking as b
where b.state = 'rejected' or b.booking_id %% 250 = 0;

insert into difference (practice, subject, kind, cause, james_cents, exact_cents, first_run, last_run)
select
    'practice_' || n,
    'cell:patients/zero',
    'cell',
    'unexplained',
    500,
    0,
    ('00000000-0000-4000-9000-' || lpad((n * 1000)::text, 12, '0'))::uuid,
    ('00000000-0000-4000-9000-' || lpad((n * 1000)::text, 12, '0'))::uuid
from generate_series(500, %(practices)s, 500) as n;

set session_replication_role = origin;
