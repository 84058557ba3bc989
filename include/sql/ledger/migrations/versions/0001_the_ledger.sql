-- The link's own schema: practices and their settings, staged rows of a run, bookings and their history.
-- Money is bigint cents. Times are timestamptz. Everything is keyed by practice code: one practice, one division.

create table token_chain (
    chain_id uuid primary key default gen_random_uuid(),
    client_id text not null,
    exact_user_id uuid not null,
    exact_user_name text not null,
    access_token text not null,             -- encrypted
    refresh_token text not null,            -- encrypted
    previous_refresh_token text,            -- encrypted; what a person may look into after a crash, never used by itself
    issued_at timestamptz not null,         -- when the token answer came in
    version bigint not null default 1,      -- grows with each rotation
    state text not null default 'live' check (state in ('live', 'reconnect_needed')),
    state_reason text,
    unique (client_id, exact_user_id)
);
comment on table token_chain is 'One OAuth token chain per (app, Exact user); many practices may share it';

create table practice (
    code text primary key check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    name text not null,
    james_practice_code text not null unique,
    active boolean not null default false,
    chain_id uuid references token_chain,
    division integer unique,
    division_name text,
    link_date date not null,
    first_sync_date date not null,
    backfill text not null default 'nothing' check (backfill in ('nothing', 'import', 'excel')),
    created_at timestamptz not null default now(),
    check (first_sync_date <= link_date)
);

create table settings_version (
    practice text not null references practice,
    version integer not null check (version > 0),
    settings jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    primary key (practice, version)
);

create table exact_list (
    practice text not null references practice,
    list_name text not null,
    rows jsonb not null,
    fetched_at timestamptz not null default now(),
    primary key (practice, list_name)
);
comment on table exact_list is 'The division''s lists as last read: gl_accounts, vat_codes, journals, payment_conditions, periods';

create table exact_relation (
    practice text not null references practice,
    exact_id uuid not null,
    code text not null,                     -- trimmed
    name text not null,
    postcode text,
    status text,                            -- C customer, P prospect, S suspect, A none
    is_supplier boolean not null default false,
    blocked boolean not null default false,
    deleted boolean not null default false,
    row_version bigint not null default 0,  -- Exact's Timestamp
    primary key (practice, exact_id)
);
create index exact_relation_code on exact_relation (practice, code);
comment on table exact_relation is 'Mirror of the division''s relations, ours and foreign, so that a number clash costs no call (M15)';

create table run (
    run_id uuid primary key default gen_random_uuid(),
    practice text not null references practice,
    airflow_run_id text not null,
    book_day date not null,                 -- invoices dated before this day, Europe/Amsterdam (M1)
    dry_run boolean not null default false,
    settings_version integer not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text check (outcome in ('complete', 'unfinished', 'refused', 'failed')),
    james_totals jsonb,                     -- what James summed itself in the snapshot that was extracted
    numbers jsonb,                          -- counts and cents of the report
    unique (practice, airflow_run_id)
);

create table staged_debtor (
    run_id uuid not null references run on delete cascade,
    debtor_number text not null,
    debtor_kind text,
    name text,
    initials text,
    first_name text,
    prefix text,
    last_name text,
    gender text,
    street text,
    house_number text,
    house_number_addition text,
    postcode text,
    city text,
    country text,
    phone text,
    email text,
    iban text,
    payment_condition text
);
create index staged_debtor_run on staged_debtor (run_id);

create table staged_invoice (
    run_id uuid not null references run on delete cascade,
    invoice_key text not null,
    invoice_kind text,
    invoice_number text,
    claim_number text,
    invoice_date date,
    debtor_number text,
    debtor_kind text,
    payment_condition text,
    currency text,
    total numeric,
    credited_invoice_number text,
    changed_at timestamptz
);
create index staged_invoice_run on staged_invoice (run_id);

create table staged_invoice_line (
    run_id uuid not null references run on delete cascade,
    invoice_key text not null,
    line_number integer,
    profession text,
    item_origin text,
    vat_percentage numeric,
    amount numeric
);
create index staged_invoice_line_run on staged_invoice_line (run_id);

create table booking (
    booking_id bigint generated always as identity primary key,
    practice text not null references practice,
    kind text not null check (kind in ('debtor', 'sales_entry', 'general_journal_entry')),
    source_key text not null,               -- James' own key of the record: factuur:.., declaratie:.., debiteur:..
    version integer not null default 1 check (version > 0),
    state text not null check (state in ('held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported')),
    run_id uuid not null references run,    -- the run that planned it
    settings_version integer not null,
    fingerprint text not null,              -- sha256 of what is sent
    payload text,                           -- JSON, final but for the relation's id; null for a rejection of our own and after the purge
    debtor_number text not null,
    journal text,
    financial_year integer,
    financial_period integer,
    entry_date date,
    entry_number integer,                   -- claimed at planning, never changed
    reference text,                         -- what we can search Exact for
    total_cents bigint not null default 0,
    source_changed_at timestamptz,          -- James' changed_at of the content
    reason text,                            -- code in the catalogue; of a rejection or of being held
    reason_values jsonb,
    exact_message text,                     -- Exact's own words, whole
    attempt integer not null default 0,
    claimed_by text,
    claimed_until timestamptz,
    unknown_since timestamptz,              -- when the answer was lost; the settle delay counts from here
    absent_since timestamptz,               -- when Exact was first asked and did not have it
    exact_id uuid,
    planned_at timestamptz not null default now(),
    booked_at timestamptz,
    unique (practice, source_key, version),
    check (state <> 'booked' or exact_id is not null),
    check (state not in ('rejected', 'held') or reason is not null),
    check (state not in ('planned', 'sending', 'doubtful') or payload is not null)
);
create unique index booking_entry_number on booking (practice, journal, financial_year, entry_number)
where state in ('planned', 'sending', 'doubtful', 'booked', 'held') and entry_number is not null;
create index booking_state on booking (practice, state);
comment on index booking_entry_number is 'One entry number is claimed once per journal and year, as Exact has it';

create table booking_line (
    booking_id bigint not null references booking,
    line_number integer not null,
    profession text not null,
    revenue_group text not null check (revenue_group in ('insurers', 'patients', 'institutions', 'articles')),
    vat_rate text not null check (vat_rate in ('zero', 'low', 'high')),
    gl_account text not null,
    vat_code text not null,
    gross_cents bigint not null,
    vat_cents bigint not null,
    primary key (booking_id, line_number)
);
comment on table booking_line is 'One row per profession, revenue group and VAT rate of a booking (M8): what reconciliation sums';

create table booking_history (
    history_id bigint generated always as identity primary key,
    booking_id bigint not null references booking,
    at timestamptz not null default clock_timestamp(),
    run_id uuid,
    from_state text,
    to_state text not null,
    attempt integer not null,
    reason text
);
create index booking_history_booking on booking_history (booking_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'booking_history is append-only';
end $$;
create trigger booking_history_is_append_only before update or delete on booking_history
for each row execute function refuse_change();

create table drift (
    practice text not null references practice,
    kind text not null,
    source_key text not null,
    reason text not null,
    found_fingerprint text not null,
    booked_cents bigint not null,
    found_cents bigint,
    run_id uuid not null references run,
    found_at timestamptz not null default now(),
    primary key (practice, kind, source_key, reason, found_fingerprint)
);
comment on table drift is 'Booked, and different since in James or in Exact: reported, never rewritten (B9)';

create table load_batch (
    run_id uuid not null references run on delete cascade,
    kind text not null,
    first_id bigint not null,
    last_id bigint not null,
    outcome text check (outcome in ('complete', 'refused')),
    primary key (run_id, kind, first_id)
);
comment on table load_batch is 'A batch that ended with refusals; running it again is a person''s word to send those once more';

create table relation (
    practice text not null references practice,
    debtor_number text not null,
    exact_id uuid not null,
    contact_id uuid,
    bank_account_id uuid,
    primary key (practice, debtor_number),
    unique (practice, exact_id)
);
comment on table relation is 'Relations in Exact that are ours: made by us, or adopted after a person confirmed it (M15)';

create table export_file (
    export_id uuid primary key default gen_random_uuid(),
    practice text not null references practice,
    run_id uuid not null references run,
    file_name text not null,
    content bytea not null,
    sha256 text not null,
    invoices integer not null,
    total_cents bigint not null,
    created_at timestamptz not null default now(),
    unique (run_id, file_name)
);

create view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;
comment on view current_booking is 'The latest version of each record';
