-- A division's lists as last kept; the rows as text, so that no number becomes a float.
select
    list_name,
    rows::text as rows
from exact_list
where practice = %(practice)s;
