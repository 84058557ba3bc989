-- Whether James had a debtor when it was read last.
select exists(
    select 1
    from james_debtor
    where practice = %(practice)s and debtor_number = btrim(%(debtor_number)s)
) as there;
