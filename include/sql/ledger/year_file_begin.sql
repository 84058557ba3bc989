-- The lines of what the link booked in a year: the session's own, gone with the transaction.
create temporary table year_file_line (
    journal text not null,
    entry_number integer not null,
    period integer not null,
    entry_date date not null,
    reference text not null,
    debtor_number text not null,
    place integer not null,
    gl_account text not null,
    cents bigint not null,
    vat_code text,
    vat_cents bigint
) on commit drop;
