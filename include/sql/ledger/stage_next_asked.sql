-- The next keys that James is asked for, in order.
select source_key
from asked_key
where source_key > %(after_key)s
order by source_key
limit %(keys)s;
