-- Whether something that Exact's answer to a rejected record depended on is otherwise now, as far
-- as it is read; true for one that Exact never answered.
select coalesce(b.rejected_under is distinct from circumstances(b.booking_id, %(run_id)s), true) as is_so
from current_booking as b
where b.practice = %(practice)s and b.source_key = %(source_key)s;
