-- Keeps a person's word about a requirement.
insert into requirement_confirmation (practice, requirement, subject, confirmed_by)
values (%(practice)s, %(requirement)s, %(subject)s, %(by)s);
