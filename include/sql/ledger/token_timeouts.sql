-- For this transaction: wait that long for the chain's row, and do not be cut off while Exact is
-- asked for the token.
select
    set_config('lock_timeout', %(lock_timeout)s, true) as lock_timeout,
    set_config('idle_in_transaction_session_timeout', '0', true) as idle_timeout;
