-- Of which turns and kinds a run has batches that did not come to an end, in the order of sending.
select distinct
    turn,
    kind
from load_batch
where run_id = %(run_id)s and turn is not null and outcome is null
order by turn, kind;
