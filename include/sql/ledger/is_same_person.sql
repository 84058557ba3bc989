-- Did a person say that this content of a debtor is the same person still?
select true as is_same
from booking as b
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
where b.booking_id = %(booking_id)s and b.fingerprint = r.same_person_fingerprint;
