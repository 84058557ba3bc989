-- Writes down that an act was taken back: once.
update act
set taken_back_by = %(by)s, taken_back_reason = %(reason)s, taken_back_at = clock_timestamp()
where act_id = %(act_id)s and taken_back_at is null;
