-- A mail did not go. It rests ever longer; `to_support`: its own address is no good.
update mail
set
    state = 'waiting',
    held_until = case
        when not %(to_support)s
            then clock_timestamp() + interval '5 minutes' * power(2, least(tries, 8) - 1)
    end,
    server_failed_at = case when %(is_of_server)s then clock_timestamp() end,
    last_error = %(error)s,
    address = case when not %(to_support)s then address end
where mail_id = %(mail_id)s and state = 'sending';
