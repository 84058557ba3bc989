-- Keeps a comparison with its counts: what was compared, and what of the file is no booking of
-- ours.
insert into auditfile_comparison (practice, made_by, file_sha256, header, numbers)
select
    %(practice)s,
    %(made_by)s,
    %(file_sha256)s,
    %(header)s::jsonb,
    jsonb_build_object(
        'expected', (select count(*) from auditfile_booking as b where b.is_expected),
        'compared', (select count(*) from auditfile_booking as b where b.file_journal is not null),
        'later', (select count(*) from auditfile_booking as b where b.is_later),
        'between', (select count(*) from auditfile_booking as b where b.state in ('sending', 'doubtful')),
        'without_vat_codes', (
            select count(*)
            from auditfile_booking as b
            inner join auditfile_entry as e on b.file_journal = e.journal and b.file_number = e.entry_number
            where not e.has_vat_codes
        ),
        'others', (
            select
                coalesce(
                    jsonb_agg(jsonb_build_array(t.journal, t.entries, t.debit_cents) order by t.journal),
                    '[]'
                )
            from (
                select
                    e.journal,
                    count(*) as entries,
                    sum(e.debit_cents) as debit_cents
                from auditfile_entry as e
                where
                    not e.is_owned
                    and e.journal = any(%(journals)s::text[])
                    and not exists (
                        select 1
                        from auditfile_candidate as c
                        where c.journal = e.journal and c.entry_number = e.entry_number
                    )
                group by e.journal
            ) as t
        )
    )
returning comparison_id::text;
