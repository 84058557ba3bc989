-- Notes that a batch is being worked off. Returns how it ended before, if it was run before in this
-- run.
with before as (
    select outcome
    from load_batch
    where run_id = %(run_id)s and kind = %(kind)s and first_id = %(first_id)s
),

noted as (
    insert into load_batch (run_id, kind, first_id, last_id)
    values (%(run_id)s, %(kind)s, %(first_id)s, %(last_id)s)
    on conflict (run_id, kind, first_id) do update set outcome = null
)

select before.outcome
from before;
