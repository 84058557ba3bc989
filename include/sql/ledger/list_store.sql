-- Keeps a division's lists as Exact gave them. Of the periods, and of which of them are closed,
-- those of financial years before `from_year` were not asked for: they stay as another run read
-- them.
insert into exact_list (practice, list_name, rows, fetched_at)
select
    %(practice)s,
    l.key as list_name,
    l.value || coalesce(earlier.rows, '[]') as rows,
    now() as fetched_at
from jsonb_each(%(lists)s::jsonb) as l
left join
    lateral (
        select jsonb_agg(r.value) as rows
        from exact_list as kept
        cross join jsonb_array_elements(kept.rows) as r
        where
            kept.practice = %(practice)s
            and kept.list_name = l.key
            and l.key in ('periods', 'period_status')
            and coalesce(r.value ->> 'FinYear', r.value ->> 'Year')::integer < %(from_year)s
    ) as earlier
    on true
on conflict (practice, list_name) do update
    set
        rows = excluded.rows,
        fetched_at = excluded.fetched_at;
