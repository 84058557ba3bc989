-- Where the keys of James land, and which of them are fetched; for this transaction only.
drop table if exists pg_temp.james_key, pg_temp.wanted_key;
create temporary table james_key (
    invoice_key text not null,
    changed_at timestamptz
) on commit drop;
create temporary table wanted_key (
    invoice_key text primary key
) on commit drop;
