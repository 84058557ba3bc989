-- How many lines and entries, and both sides in cents.
select
    count(*) as lines,
    count(*) filter (where l.place = 0) as entries,
    coalesce(sum(greatest(l.cents, 0)), 0)::bigint as debit_cents,
    coalesce(sum(greatest(-l.cents, 0)), 0)::bigint as credit_cents,
    coalesce(array_agg(distinct l.gl_account), '{}') as gl_accounts,
    coalesce(array_agg(distinct l.vat_code) filter (where l.vat_code is not null), '{}') as vat_codes,
    coalesce(array_agg(distinct l.period), '{}') as periods
from year_file_line as l;
