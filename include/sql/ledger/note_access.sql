-- Notes that somebody looked at the personal data of a record.
insert into access_log (practice, who, subject)
values (%(practice)s, %(who)s, %(subject)s);
