-- A made-up ledger of a fleet: practices with the same number of bookings each, their lines
-- here and in the mirror of Exact, moves, 200 runs, and what else grows. The last run has the
-- last 100 bookings of its practice, 20 of which are not booked. Statements end with a
-- semicolon at the end of a line.
set session_replication_role = replica;

-- What a fleet has after its first nights, each of which brought in a practice as a whole:
-- PostgreSQL expects as many moves of every run.
alter table booking_history alter column run_id set (n_distinct = 100);

insert into practice (
    code, name, james_practice_code, active, division, division_name, link_date, first_sync_date
)
select
    'practice_' || n,
    'Praktijk ' || n,
    'P' || n,
    true,
    n,
    'Administratie ' || n,
    current_date - 400,
    current_date - 400
from generate_series(1, %(practices)s) as n;

insert into settings_version (practice, version, settings, changed_by)
select
    code,
    1,
    '{}',
    'plans'
from practice;

insert into run (
    run_id, practice, airflow_run_id, book_day, settings_version, started_at, finished_at, outcome, ready_at
)
select
    ('00000000-0000-4000-9000-' || lpad((n * 1000 + night)::text, 12, '0'))::uuid,
    'practice_' || n,
    'scheduled__' || (current_date - night),
    current_date - night,
    1,
    current_date - night + interval '1 hour',
    current_date - night + interval '70 minutes',
    'complete',
    current_date - night + interval '1 hour'
from generate_series(1, %(practices)s) as n
cross join generate_series(0, 199) as night;

insert into booking (
    practice, kind, source_key, state, payload, run_id, moved_in_run, settings_version, fingerprint,
    debtor_number, journal, financial_year, financial_period, entry_date, entry_number, reference,
    total_cents, reason, reason_values, attempt, exact_id, planned_at, open_since, booked_at, due_date
)
select
    'practice_' || n,
    case when made.is_debtor then 'debtor' else 'sales_entry' end,
    made.source_key,
    made.state,
    case when made.state = 'planned' then '{}' end,
    made.run_id,
    made.run_id,
    1,
    md5(made.source_key),
    (100000 + i / 10)::text,
    case when not made.is_debtor then '70' end,
    2026,
    1 + i %% 12,
    made.day,
    case when not made.is_debtor then i end,
    case when not made.is_debtor then i::text end,
    case when made.is_debtor then 0 else 5000 + i %% 9000 end,
    case made.state when 'rejected' then 'gl_account_blocked' end,
    case made.state when 'rejected' then '{"account": "8310"}'::jsonb end,
    1,
    case made.state
        when 'booked'
            then ('00000000-0000-4000-a000-' || lpad((n::bigint * 1000000000 + i)::text, 12, '0'))::uuid
    end,
    made.day,
    case made.state when 'rejected' then made.day end,
    case made.state when 'booked' then made.day end,
    case when not made.is_debtor then made.day + 30 end
from generate_series(1, %(practices)s) as n
cross join generate_series(1, %(bookings)s) as i
cross join lateral (
    select
        i %% 10 = 0 as is_debtor,
        case when i %% 10 = 0 then 'debiteur:' || (100000 + i / 10) else 'factuur:' || i end as source_key,
        case
            when i <= %(bookings)s - 20 then 'booked'
            when i %% 2 = 1 then 'rejected'
            else 'planned'
        end as state,
        current_date - 1 - night.ago as day,
        ('00000000-0000-4000-9000-' || lpad((n * 1000 + night.ago)::text, 12, '0'))::uuid as run_id
    from (
        select
            case
                when i > %(bookings)s - 100 then 0
                else 1 + ((%(bookings)s - i) * 198.0 / %(bookings)s)::integer
            end as ago
    ) as night
) as made;

insert into booking_line (
    booking_id, line_number, profession, revenue_group, vat_rate, gl_account, vat_code, gross_cents, vat_cents
)
select
    booking_id,
    1,
    'fysiotherapie',
    'patients',
    'zero',
    '8010',
    '0',
    total_cents,
    0
from booking
where kind <> 'debtor';

insert into booking_history (booking_id, at, run_id, from_state, to_state, attempt, moved_by)
select
    b.booking_id,
    b.planned_at,
    b.run_id,
    move.from_state,
    move.to_state,
    1,
    'plans'
from booking as b
cross join
    (values (null, 'planned'), ('planned', 'sending'), ('sending', 'booked')) as move (from_state, to_state)
where b.state = 'booked' or move.from_state is null;

insert into relation (practice, debtor_number, exact_id)
select
    practice,
    debtor_number,
    exact_id
from booking
where kind = 'debtor' and state = 'booked';

insert into exact_relation (practice, exact_id, code, name, status, row_version)
select
    practice,
    exact_id,
    debtor_number,
    'Relatie ' || debtor_number,
    'C',
    booking_id
from booking
where kind = 'debtor' and state = 'booked';

insert into exact_line (
    practice, line_id, entry_id, journal, financial_year, financial_period, entry_number, entry_date,
    gl_account, cents, vat_code, reference, due_date
)
select
    b.practice,
    gen_random_uuid(),
    b.exact_id,
    b.journal,
    b.financial_year,
    b.financial_period,
    b.entry_number,
    b.entry_date,
    side.gl_account,
    side.sign * b.total_cents,
    case side.gl_account when '8010' then '0' end,
    b.reference,
    b.due_date
from booking as b
cross join (values ('1300', 1), ('8010', -1)) as side (gl_account, sign)
where b.kind <> 'debtor' and b.state = 'booked';

-- What was added up per day, and entries of others.
insert into day_cell (
    practice, day, state, journal, revenue_group, vat_rate, lines, gross_cents, vat_cents, digest
)
select
    b.practice,
    b.entry_date,
    b.state,
    b.journal,
    l.revenue_group,
    l.vat_rate,
    count(*),
    sum(l.gross_cents),
    sum(l.vat_cents),
    sum(digest_of_line(l))
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where b.state = 'booked'
group by 1, 2, 3, 4, 5, 6;

insert into day_state (
    practice, day, state, kind, suspense_account, entries, total_cents, latest_entries, latest_cents
)
select
    practice,
    entry_date,
    state,
    kind,
    '',
    count(*),
    sum(total_cents),
    count(*),
    sum(total_cents)
from booking
where state = 'booked' and kind <> 'debtor'
group by 1, 2, 3, 4;

insert into other_entry (practice, entry_id, first_day, last_day)
select
    practice,
    gen_random_uuid(),
    current_date - n,
    current_date - n
from (select code as practice from practice) as p
cross join generate_series(1, 20) as n;

insert into difference (
    practice, subject, source_key, kind, cause, day, james_cents, exact_cents, first_run, since, last_run,
    ended_at, ended_how
)
select
    practice,
    source_key,
    source_key,
    kind,
    'changed_in_exact',
    entry_date,
    total_cents,
    0,
    run_id,
    planned_at,
    run_id,
    case when entry_number %% 500 <> 1 then planned_at + interval '2 days' end,
    case when entry_number %% 500 <> 1 then 'equal' end
from booking
where entry_number %% 10 = 1 and state = 'booked';

insert into adjustment (practice, source_key, reason, reason_values, run_id)
select
    practice,
    source_key,
    'text_shortened',
    '{}',
    run_id
from booking
where entry_number %% 10 = 3;

insert into james_change (practice, source_key, run_id)
select
    practice,
    source_key,
    run_id
from booking
where entry_number %% 50 = 7;

insert into load_batch (run_id, kind, first_id, last_id, outcome)
select
    run_id,
    kind,
    part,
    part + 99,
    'complete'
from run
cross join (values ('debtor', 1), ('sales_entry', 2)) as batch (kind, part);

insert into ended_step (run_id, step)
select
    run_id,
    step
from run
cross join (values ('prepare'), ('reconcile')) as done (step);

insert into run_stop (run_id, step, task, cause, is_red)
select
    run_id,
    'load',
    'load_entries',
    'practice_stopped {}',
    true
from run;

insert into upload (practice, run_id, entries, outcome)
select
    practice,
    run_id,
    100,
    'answered'
from run;

insert into export_file (practice, run_id, file_name, sha256, invoices, total_cents, kind, set_id, created_at)
select
    practice,
    run_id,
    practice || airflow_run_id || '.xlsx',
    '',
    10,
    10000,
    'sales_entry',
    run_id,
    started_at
from run;

insert into export_check (export_id, found, missing, different, missing_cents)
select
    export_id,
    10,
    0,
    0,
    0
from export_file;

insert into mail (mail_key, practice, subject, html, state, sent_at)
select
    run_id::text,
    practice,
    '',
    '',
    'sent',
    started_at
from run;

insert into practice_event (practice, who, event)
select
    practice,
    'plans',
    'run_cleared'
from run;

insert into access_log (practice, who, subject)
select
    practice,
    'plans',
    airflow_run_id
from run;

insert into act (practice, act, subject, acted_by, reason, before)
select
    practice,
    'send_again',
    airflow_run_id,
    'plans',
    'plans',
    '{}'
from run;

insert into night_failure (practice, airflow_run_id, step, task, problems, noted_at)
select
    practice,
    airflow_run_id,
    'load',
    'load_entries',
    '[]',
    started_at
from run;

insert into relation_match (practice, debtor_number, exact_id, kind)
select
    practice,
    debtor_number,
    exact_id,
    'same_number_same_name'
from relation;

insert into james_debtor (practice, debtor_number, bucket)
select
    practice,
    debtor_number,
    debtor_number::integer %% 256
from booking
where kind = 'debtor';

insert into james_debtor_bucket (practice, bucket, debtors, digest, basis, run_id, settled)
select
    practice,
    bucket,
    count(*),
    0,
    '',
    ('00000000-0000-4000-9000-' || lpad(split_part(practice, '_', 2) || '000', 12, '0'))::uuid,
    true
from james_debtor
group by practice, bucket;

insert into staged_debtor (run_id, debtor_number)
select
    r.run_id,
    b.debtor_number
from booking as b
inner join run as r on b.practice = r.practice and r.book_day > current_date - 3
where b.kind = 'debtor';

insert into staged_invoice (run_id, invoice_key, invoice_number, invoice_date, debtor_number, total)
select
    run_id,
    source_key,
    reference,
    entry_date,
    debtor_number,
    total_cents / 100.0
from booking
where kind <> 'debtor' and entry_date = current_date - 1;

insert into staged_invoice_line (run_id, invoice_key, line_number, amount)
select
    run_id,
    invoice_key,
    1,
    total
from staged_invoice;

set session_replication_role = origin;
