-- Who stands in the history of what this transaction moves.
select set_config('exact_sync.actor', %(actor)s, true);
