-- Deletes mirrored lines of days that are past their term.
with due as (
    select x.line_id
    from exact_line as x
    inner join practice as p on x.practice = p.code
    where x.practice = %(practice)s and x.entry_date < p.deleted_before
    order by x.line_id
    limit %(rows)s
)

delete from exact_line
where practice = %(practice)s and line_id in (select due.line_id from due)
returning line_id;
