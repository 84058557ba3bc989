-- Which bookings were sent again after their answer was lost is asked every night, and is next to nothing of the history.
create index booking_history_sent_again on booking_history (at)
where from_state = 'doubtful' and to_state = 'planned';
