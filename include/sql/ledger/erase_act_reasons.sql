-- Empties what people wrote about a debtor and his invoices. Who acted, when and how stays.
update act as a
set
    reason = '(gewist)',
    taken_back_reason = case when a.taken_back_reason is not null then '(gewist)' end
where
    a.practice = %(practice)s
    and a.subject in (
        select b.source_key
        from booking as b
        where b.practice = %(practice)s and b.debtor_number = %(debtor_number)s
    );
