-- Looks in the mirror of our journals for the entries of each workbook that was handed over and is
-- not found as a whole yet, by journal, year and number, and keeps what is there, missing or
-- different: by total, relation, day, period and revenue per account. A difference that a person
-- accepted is not missing. Returns each workbook that was looked for.
with due as (
    select
        f.export_id,
        f.file_name
    from export_file as f
    left join export_check as c on f.export_id = c.export_id
    where
        f.practice = %(practice)s
        and f.kind in ('sales_entry', 'general_journal_entry')
        and (%(every)s or c.export_id is null or c.missing > 0 or c.different > 0)
),

looked_for as (
    select
        due.export_id,
        b.total_cents,
        x.lines > 0 as is_there,
        x.has_total
        and x.has_relation
        and x.has_day
        and not exists (
            select 1
            from booking_line as l
            where l.booking_id = b.booking_id
            group by l.gl_account
            having
                sum(l.gross_cents - l.vat_cents) != (
                    select coalesce(-sum(r.cents), 0)
                    from exact_line as r
                    where
                        r.practice = b.practice
                        and r.journal = b.journal
                        and r.financial_year = b.financial_year
                        and r.entry_number = b.entry_number
                        and r.gl_account = l.gl_account
                )
        ) as is_alike,
        b.source_key in (
            select d.source_key
            from difference as d
            where d.practice = b.practice and d.ended_at is null and d.accepted_by is not null
        ) as is_accepted
    from due
    inner join booking as b
        on due.export_id = b.export_id and b.practice = %(practice)s and b.state = 'exported'
    left join relation as o on b.practice = o.practice and b.debtor_number = o.debtor_number
    cross join
        lateral (
            select
                count(*) as lines,
                bool_or(e.cents = b.total_cents) as has_total,
                bool_or(e.relation_id = o.exact_id) as has_relation,
                bool_or(e.entry_date = b.entry_date and e.financial_period = b.financial_period) as has_day
            from exact_line as e
            where
                e.practice = b.practice
                and e.journal = b.journal
                and e.financial_year = b.financial_year
                and e.entry_number = b.entry_number
        ) as x
),

counted as (
    select
        due.export_id,
        count(*) filter (where l.is_there and l.is_alike or l.is_accepted) as found,
        count(*) filter (where not l.is_there and not l.is_accepted) as missing,
        count(*) filter (where l.is_there and not l.is_alike and not l.is_accepted) as different,
        coalesce(
            sum(abs(l.total_cents)) filter (where not l.is_there and not l.is_accepted), 0
        )::bigint as missing_cents
    from due
    left join looked_for as l on due.export_id = l.export_id
    group by due.export_id
),

kept as (
    insert into export_check as c (export_id, found, missing, different, missing_cents)
    select
        counted.export_id,
        counted.found,
        counted.missing,
        counted.different,
        counted.missing_cents
    from counted
    on conflict (export_id) do update
        set
            checked_at = now(),
            found = excluded.found,
            missing = excluded.missing,
            different = excluded.different,
            missing_cents = excluded.missing_cents
)

select
    due.file_name,
    counted.found,
    counted.missing,
    counted.different
from due
inner join counted on due.export_id = counted.export_id
order by due.file_name;
