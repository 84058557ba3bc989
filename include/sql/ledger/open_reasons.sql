-- Which reasons are open, of all practices or one, for the filter.
select distinct i.reason
from v_open_items as i
where %(practice)s::text is null or i.practice = %(practice)s
order by i.reason;
