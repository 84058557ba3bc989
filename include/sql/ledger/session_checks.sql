-- Says who acts in this session, for the history; and returns what must be true of it before
-- anything is written: see connect() in ledger.py.
select
    set_config('exact_sync.actor', %(actor)s, false) as actor,
    current_setting('transaction_read_only') = 'on' as read_only,
    pg_is_in_recovery() as standby,
    current_setting('synchronous_commit') as synchronous_commit,
    to_regclass('exact_sync.booking') is not null as migrated;
