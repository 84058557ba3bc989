-- Empties the workbooks in which a debtor's invoices were handed over: a line can't be taken out of
-- a file that was handed over. Returns their names; number and total stay.
update export_file as f
set content = null
where
    f.practice = %(practice)s
    and f.content is not null
    and exists (
        select 1
        from booking as b
        where
            b.practice = f.practice
            and b.export_id = f.export_id
            and b.debtor_number = %(debtor_number)s
    )
returning f.file_name;
