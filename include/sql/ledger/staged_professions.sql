-- The professions of the lines that a run has staged: a new one in James lacks its accounts.
select distinct l.profession
from staged_invoice_line as l
where l.run_id = %(run_id)s and btrim(l.profession) <> ''
order by l.profession;
