-- The numbers of the debtors that have an entry.
select distinct l.debtor_number
from year_file_line as l
order by l.debtor_number;
