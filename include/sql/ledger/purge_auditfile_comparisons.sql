-- Deletes comparisons with an auditfile that were made at or before a moment, with what they
-- found.
with due as (
    select c.comparison_id
    from auditfile_comparison as c
    where c.practice = %(practice)s and c.made_at <= %(before)s
    order by c.made_at
    limit %(rows)s
)

delete from auditfile_comparison
using due
where auditfile_comparison.comparison_id = due.comparison_id
returning auditfile_comparison.comparison_id;
