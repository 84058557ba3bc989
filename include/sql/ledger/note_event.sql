-- Adds a line to the audit log of a practice.
insert into practice_event (practice, who, event, details)
values (%(practice)s, %(who)s, %(event)s, %(details)s);
