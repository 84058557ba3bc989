-- What Exact has in our journals, per month of the entry and journal: the link's entries and those
-- that a difference names after an invoice, from Exact's own lines; and other entries. What was
-- handed over is counted as that, so of an import that came out otherwise only what Exact has more
-- or less. Gross cents: what stands on the receivables and suspense accounts of any version of the
-- settings, debit positive.
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
),

unended as (
    select
        d.source_key,
        d.entry_id,
        d.cause,
        d.day,
        d.exact_cents - d.james_cents as more_cents
    from difference as d
    where d.practice = %(practice)s and d.ended_at is null
),

counted as (
    select
        x.entry_date as day,
        x.journal,
        x.cents,
        b.booking_id is not null
        or x.entry_id in (
            select u.entry_id
            from unended as u
            where u.cause in ('entered_by_hand', 'entered_twice')
        ) as is_of_ours
    from exact_line as x
    left join booking as b on x.practice = b.practice and x.entry_id = b.exact_id and b.state = 'booked'
    where
        x.practice = %(practice)s
        and x.gl_account in (select a.gl_account from debit_accounts as a)
    union all
    select
        u.day,
        c.journal,
        u.more_cents as cents,
        true as is_of_ours
    from unended as u
    inner join current_booking as c on c.practice = %(practice)s and u.source_key = c.source_key
    where u.cause = 'handed_over_otherwise'
)

select
    date_trunc('month', c.day)::date as month,
    c.journal,
    coalesce(sum(c.cents) filter (where c.is_of_ours), 0)::bigint as exact_cents,
    coalesce(sum(c.cents) filter (where not c.is_of_ours), 0)::bigint as other_cents
from counted as c
where
    c.day >= %(from_date)s
    and c.day < %(before_date)s
group by 1, 2
order by 1, 2;
