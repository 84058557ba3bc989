-- By what invoices and claims of some days are open at a practice, the most euros first.
select
    i.cause_id,
    i.reason,
    count(*)::integer as records,
    sum(i.cents)::bigint as cents
from v_open_items as i
where
    i.practice = %(practice)s
    and i.kind <> 'debtor'
    and i.day >= %(from_date)s
    and i.day < %(before_date)s
group by i.cause_id, i.reason
order by sum(i.cents) desc, i.cause_id;
