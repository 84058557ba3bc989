-- Notes how an upload ended, with what of it was booked and rejected so far.
update upload as u
set
    outcome = %(outcome)s,
    booked = (select count(*) from booking as b where b.upload_id = u.upload_id and b.state = 'booked'),
    rejected = (select count(*) from booking as b where b.upload_id = u.upload_id and b.state = 'rejected')
where u.upload_id = %(upload_id)s;
