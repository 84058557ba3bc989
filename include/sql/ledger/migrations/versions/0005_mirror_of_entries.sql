-- What our journals hold in Exact, as last read: a night reads only what changed, and knows which numbers are taken before it sends.

create table exact_line (
    practice text not null references practice,
    line_id uuid not null,
    entry_id uuid not null,
    journal text not null,
    financial_year integer not null,
    entry_number integer not null,
    entry_date date not null,
    gl_account text not null,               -- code
    cents bigint not null,                  -- debit positive
    primary key (practice, line_id)
);
create index exact_line_entry on exact_line (practice, entry_id);
create index exact_line_number on exact_line (practice, journal, financial_year, entry_number);
comment on table exact_line is 'Mirror of the transaction lines in our journals, ours and foreign: no text of anybody';

create table exact_cursor (
    practice text not null references practice,
    list_name text not null check (list_name in ('lines', 'deleted_lines')),
    row_version bigint not null,            -- Exact's Timestamp, up to which the mirror was read
    primary key (practice, list_name)
);
