-- The codes of all practices, active or not.
select code
from practice
order by code;
