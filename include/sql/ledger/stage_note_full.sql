-- Notes that a run read all of a practice from James.
insert into james_reading (practice, basis, full_day, run_id)
select
    practice,
    %(basis)s,
    book_day,
    run_id
from run
where run_id = %(run_id)s
on conflict (practice) do update
    set
        basis = excluded.basis,
        full_day = greatest(james_reading.full_day, excluded.full_day),
        run_id = excluded.run_id,
        read_at = clock_timestamp();
