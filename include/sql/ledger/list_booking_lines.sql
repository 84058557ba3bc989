-- The lines of a booking: what was booked on which account, per profession, revenue group and rate.
select
    l.line_number,
    l.profession,
    l.revenue_group,
    l.vat_rate,
    l.gl_account,
    l.vat_code,
    l.gross_cents,
    l.vat_cents
from booking_line as l
inner join booking as b on l.booking_id = b.booking_id
where b.practice = %(practice)s and l.booking_id = %(booking_id)s
order by l.line_number;
