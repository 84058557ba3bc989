-- James' own code of a practice.
select james_practice_code
from practice
where code = %(practice)s;
