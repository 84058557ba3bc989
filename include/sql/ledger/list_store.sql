-- Keeps a division's lists as Exact gave them.
insert into exact_list (practice, list_name, rows, fetched_at)
select
    %(practice)s,
    l.key as list_name,
    l.value,
    now() as fetched_at
from jsonb_each(%(lists)s::jsonb) as l
on conflict (practice, list_name) do update
    set
        rows = excluded.rows,
        fetched_at = excluded.fetched_at;
