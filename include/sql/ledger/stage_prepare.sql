-- Where the keys of James land, which of them are fetched, of which records of ours James is asked
-- whether it has them, what James says of each month, and which months are read; for this
-- transaction only.
drop table if exists pg_temp.james_key, pg_temp.wanted_key, pg_temp.asked_key;
drop table if exists pg_temp.month_now, pg_temp.month_read;
create temporary table james_key (
    invoice_key text not null,
    invoice_date date,
    changed_at timestamptz
) on commit drop;
create temporary table wanted_key (
    invoice_key text primary key
) on commit drop;
create temporary table asked_key (
    source_key text primary key
) on commit drop;
create temporary table month_now (
    month date,
    invoices bigint not null,
    digest numeric not null
) on commit drop;
create temporary table month_read (
    month date primary key,
    first_day date not null,
    before date not null
) on commit drop;
