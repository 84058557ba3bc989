-- The version of the settings that a run goes on with.
update run
set settings_version = %(settings_version)s
where run_id = %(run_id)s;
