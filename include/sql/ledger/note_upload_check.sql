-- Notes what the check of the upload came to: an upload without an entry.
insert into upload (practice, run_id, entries, outcome)
values (%(practice)s, %(run_id)s, 0, %(outcome)s);
