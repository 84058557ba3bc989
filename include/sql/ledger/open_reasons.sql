-- Which reasons are open, for the filter.
select distinct i.reason
from v_open_items as i
order by i.reason;
