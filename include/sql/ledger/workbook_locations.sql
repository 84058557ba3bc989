-- Where objects of workbooks stand that some practice still has.
select location
from export_file
where location is not null
order by location;
