-- A person said that the division of a practice, which has this name in Exact now, is the same.
update practice
set division_name = %(division_name)s
where code = %(practice)s and division is not null;
