-- Notes that somebody looked at the personal data of records.
insert into access_log (practice, who, subject)
select
    %(practice)s,
    %(who)s,
    seen.subject
from unnest(%(subjects)s::text[]) as seen (subject);
