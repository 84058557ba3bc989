-- Points a practice at its division and at the token chain of the Exact user who gave consent.
update practice
set
    chain_id = %(chain_id)s,
    division = %(division)s,
    division_name = %(division_name)s
where code = %(practice)s;
