-- Up to which row versions the mirror of a division's transaction lines was read.
select
    list_name,
    row_version
from exact_cursor
where practice = %(practice)s;
