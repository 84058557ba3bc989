-- Lets a practice that stopped go on, on a person's word.
update practice
set
    stopped_at = null,
    stop_values = null
where code = %(practice)s and stopped_at is not null;
