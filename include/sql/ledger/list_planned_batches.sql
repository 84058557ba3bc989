-- The batches of some turns that a run has planned, of debtors or of entries, in the order in which
-- they are sent. Returns turn, kind, first and last id, number of bookings.
select
    turn,
    kind,
    first_id,
    last_id,
    bookings
from load_batch
where
    run_id = %(run_id)s
    and turn = any(%(turns)s::smallint[])
    and (kind = 'debtor') = %(debtors)s
order by turn, kind, first_id;
