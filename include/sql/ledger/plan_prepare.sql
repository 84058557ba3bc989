-- The landing place of a plan, for this transaction only.
create temporary table new_booking (
    source_key text not null,
    kind text not null,
    debtor_number text,
    journal text,
    financial_year integer,
    financial_period integer,
    entry_date date,
    entry_number integer,
    reference text,
    total_cents bigint,
    payload text,
    fingerprint text,
    source_changed_at timestamptz,
    reason text,
    reason_values jsonb
) on commit drop;
create temporary table new_line (
    source_key text not null,
    line_number integer not null,
    profession text not null,
    revenue_group text not null,
    vat_rate text not null,
    gl_account text not null,
    vat_code text not null,
    gross_cents bigint not null,
    vat_cents bigint not null
) on commit drop;
