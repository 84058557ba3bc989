-- Forgets what was noted under a key and is not among what is still so.
delete from adjustment as a
where
    a.practice = %(practice)s
    and a.source_key = %(source_key)s
    and not exists (
        select 1
        from jsonb_to_recordset(%(still)s::jsonb) as s (reason text, reason_values jsonb)
        where s.reason = a.reason and s.reason_values = a.reason_values
    );
