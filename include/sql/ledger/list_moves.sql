-- The moves that a booking may make, in the order in which a booking meets its states.
select
    from_state,
    to_state,
    why
from booking_move
order by
    array_position('{new,planned,held,sending,doubtful,rejected,booked,exported,closed}'::text[], from_state),
    array_position('{planned,held,sending,doubtful,booked,rejected,exported,closed}'::text[], to_state);
