-- Deletes rows of staged_invoice_line of runs that read James at or before a moment; so many,
-- whichever come first.
with due as (
    select s.ctid as place
    from run as r
    inner join staged_invoice_line as s on r.run_id = s.run_id
    where r.practice = %(practice)s and coalesce(r.read_at, r.started_at) <= %(before)s
    limit %(rows)s  -- noqa: AM09
)

delete from staged_invoice_line
where ctid in (select due.place from due)
returning run_id;
