-- Notes an answer that Exact counts as an error, and forgets those of more than a day ago.
with forgotten as (
    delete from call_error
    where division = %(division)s and at < %(at)s - interval '1 day'
)

insert into call_error (division, endpoint, at, status)
values (%(division)s, %(endpoint)s, %(at)s, %(status)s);
