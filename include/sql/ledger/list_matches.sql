-- What waits for a person's word: both numbers, both names, for that person's own screen. The name
-- in James is as it was planned, else as it was read last. All of them, those of a kind, or a page.
select
    m.debtor_number,
    m.exact_id::text,
    m.kind,
    m.code,
    m.name as relation_name,
    m.is_only,
    coalesce(
        b.payload::jsonb #>> '{account,Name}',
        (
            select
                coalesce(
                    nullif(
                        concat_ws(', ', s.last_name, nullif(concat_ws(' ', s.initials, s.prefix), '')), ''
                    ),
                    s.name
                )
            from staged_debtor as s
            inner join run as r on s.run_id = r.run_id
            where r.practice = m.practice and s.debtor_number = m.debtor_number
            order by r.started_at desc
            limit 1
        ),
        ''
    ) as debtor_name
from open_match as m
left join current_booking as b
    on m.practice = b.practice and b.source_key = 'debiteur:' || m.debtor_number
where m.practice = %(practice)s and (%(kind)s::text is null or m.kind = %(kind)s)
order by m.kind desc, m.debtor_number asc, m.code asc
limit
    %(most)s
    offset
    %(skipped)s;
