-- Writes down the batches that a run sends, in the place of those of its older plan. How one ended
-- before stays: a person who lets it be sent again releases what was rejected.
with planned as (
    select
        turn,
        kind,
        first_id,
        last_id,
        bookings
    from
        unnest(
            %(turns)s::smallint[],
            %(kinds)s::text[],
            %(first_ids)s::bigint[],
            %(last_ids)s::bigint[],
            %(bookings)s::integer[]
        ) as p (turn, kind, first_id, last_id, bookings)
),

older as (
    update load_batch as b
    set turn = null, bookings = null
    where
        b.run_id = %(run_id)s
        and b.turn is not null
        and not exists (select 1 from planned as p where p.kind = b.kind and p.first_id = b.first_id)
)

insert into load_batch (run_id, turn, kind, first_id, last_id, bookings)
select
    %(run_id)s,
    turn,
    kind,
    first_id,
    last_id,
    bookings
from planned
on conflict (run_id, kind, first_id) do update
    set turn = excluded.turn, last_id = excluded.last_id, bookings = excluded.bookings;
