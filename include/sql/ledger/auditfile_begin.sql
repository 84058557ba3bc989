-- The tables of one comparison: they are the session's own and end with the transaction.
create temporary table auditfile_line (
    journal text not null,
    entry_number text not null,
    period integer not null,
    gl_account text not null,
    cents bigint not null,
    vat_code text,
    document_reference text,
    invoice_reference text,
    description text
) on commit drop;

create temporary table auditfile_entry (
    journal text not null,
    entry_number text not null,
    first_period integer not null,
    last_period integer not null,
    debit_cents bigint not null,
    has_vat_codes boolean not null,
    is_owned boolean not null
) on commit drop;

create temporary table auditfile_booking (
    booking_id bigint not null,
    source_key text not null,
    state text not null,
    entry_date date not null,
    journal text,
    entry_number text,
    period integer,
    financial_year integer,
    reference text,
    reference_in_exact text,
    total_cents bigint not null,
    debit_account text,
    is_expected boolean not null,
    is_later boolean not null,
    file_journal text,
    file_number text
) on commit drop;

create temporary table auditfile_candidate (
    journal text not null,
    entry_number text not null,
    booking_id bigint not null,
    is_used boolean not null default false
) on commit drop;
