-- What must be true of the ledger's session before anything is written: see ledger.py.
select
    current_setting('transaction_read_only') = 'on' as read_only,
    pg_is_in_recovery() as standby,
    current_setting('synchronous_commit') as synchronous_commit,
    to_regclass('exact_sync.booking') is not null as migrated;
