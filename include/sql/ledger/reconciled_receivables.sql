-- What the booked entries put on the receivables account, by the ledger and by Exact's mirror:
-- cents, debit positive. PIN and cash go through the general journal and leave no receivable.
select
    coalesce(sum(b.total_cents) filter (where b.kind = 'general_journal_entry'), 0)::bigint
        as paid_at_once_cents,
    coalesce(sum(b.total_cents) filter (where b.kind <> 'general_journal_entry'), 0)::bigint
        as on_account_cents,
    (
        select coalesce(sum(x.cents), 0)::bigint
        from exact_line as x
        where
            x.practice = %(practice)s
            and x.gl_account = %(receivables_account)s
            and x.entry_date >= %(from_date)s
            and x.entry_date < %(before_date)s
            and exists (
                select 1
                from booking as o
                where o.practice = x.practice and o.exact_id = x.entry_id and o.state = 'booked'
            )
    ) as exact_cents
from booking as b
where
    b.practice = %(practice)s
    and b.state = 'booked'
    and b.kind <> 'debtor'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s;
