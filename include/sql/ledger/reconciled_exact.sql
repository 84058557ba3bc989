-- What Exact's own lines in our journals come to, per month of the entry and journal: of the
-- link's entries, and of other entries. Gross cents: what stands on the receivables and suspense
-- accounts of any version of the settings, debit positive.
with debit_accounts as (
    select s.settings ->> 'receivables_account' as gl_account
    from settings_version as s
    where s.practice = %(practice)s
    union
    select of_condition.gl_account
    from settings_version as s
    cross join
        lateral
        jsonb_each_text(s.settings -> 'suspense_accounts')
            as of_condition (condition, gl_account)
    where s.practice = %(practice)s
)

select
    date_trunc('month', x.entry_date)::date as month,
    x.journal,
    coalesce(sum(x.cents) filter (where b.booking_id is not null), 0)::bigint as exact_cents,
    coalesce(sum(x.cents) filter (where b.booking_id is null), 0)::bigint as other_cents
from exact_line as x
left join booking as b on x.practice = b.practice and x.entry_id = b.exact_id and b.state = 'booked'
where
    x.practice = %(practice)s
    and x.entry_date >= %(from_date)s
    and x.entry_date < %(before_date)s
    and x.gl_account in (select d.gl_account from debit_accounts as d)
group by 1, 2
order by 1, 2;
