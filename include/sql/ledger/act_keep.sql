-- Writes an act down.
insert into act (practice, act, subject, acted_by, reason, before, together)
values (%(practice)s, %(act)s, %(subject)s, %(by)s, %(reason)s, %(before)s, %(together)s)
returning act_id;
