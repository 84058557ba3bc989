-- Every move of a record, over all its versions, oldest first; with the run that it was in.
select
    h.at,
    h.from_state,
    h.to_state,
    h.attempt,
    h.reason,
    h.moved_by,
    h.booking_id,
    r.airflow_run_id,
    r.book_day
from booking as asked
inner join booking as b on asked.practice = b.practice and asked.source_key = b.source_key
inner join booking_history as h on b.booking_id = h.booking_id
left join run as r on h.run_id = r.run_id
where asked.practice = %(practice)s and asked.booking_id = %(booking_id)s
order by h.history_id
limit %(most)s;
