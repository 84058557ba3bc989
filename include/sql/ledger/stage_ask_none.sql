-- Where all keys of James were read, none is asked for: what of the days is not among them is gone.
insert into asked_key
select b.source_key
from every_current_booking as b
left join james_key as k on b.source_key = k.invoice_key
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and (b.entry_date is null or (b.entry_date >= %(from_date)s and b.entry_date < %(before_date)s))
    and k.invoice_key is null;
