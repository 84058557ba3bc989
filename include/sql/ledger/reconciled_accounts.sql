-- Per journal and G/L account of the link's lines: what the ledger booked, what Exact shows of
-- those entries, and what Exact shows of other entries in these journals. Net cents; revenue is
-- positive.
with ours as (
    select
        b.journal,
        l.gl_account,
        sum(l.gross_cents - l.vat_cents)::bigint as booked_cents
    from booking as b
    inner join booking_line as l on b.booking_id = l.booking_id
    where
        b.practice = %(practice)s
        and b.state = 'booked'
        and b.entry_date >= %(from_date)s
        and b.entry_date < %(before_date)s
    group by b.journal, l.gl_account
),

accounts as (
    select distinct l.gl_account
    from booking as b
    inner join booking_line as l on b.booking_id = l.booking_id
    where b.practice = %(practice)s and b.state = 'booked'
),

mirror as (
    select
        x.journal,
        x.gl_account,
        coalesce(-sum(x.cents) filter (where b.booking_id is not null), 0)::bigint as exact_cents,
        coalesce(-sum(x.cents) filter (where b.booking_id is null), 0)::bigint as other_cents
    from exact_line as x
    left join booking as b on x.practice = b.practice and x.entry_id = b.exact_id and b.state = 'booked'
    where
        x.practice = %(practice)s
        and x.entry_date >= %(from_date)s
        and x.entry_date < %(before_date)s
        and x.gl_account in (select accounts.gl_account from accounts)
    group by x.journal, x.gl_account
)

select
    coalesce(o.journal, m.journal) as journal,
    coalesce(o.gl_account, m.gl_account) as gl_account,
    coalesce(o.booked_cents, 0) as booked_cents,
    coalesce(m.exact_cents, 0) as exact_cents,
    coalesce(m.other_cents, 0) as other_cents
from ours as o
full outer join mirror as m on o.journal = m.journal and o.gl_account = m.gl_account
order by coalesce(o.journal, m.journal), coalesce(o.gl_account, m.gl_account);
