-- A person says that two practices of one company share a division of Exact.
insert into shared_division (practice, shares_with, said_by, reason)
values (
    least(%(practice)s::text, %(other)s::text),
    greatest(%(practice)s::text, %(other)s::text),
    %(by)s,
    %(reason)s
)
on conflict do nothing;
