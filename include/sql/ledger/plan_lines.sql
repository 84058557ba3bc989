-- The lines of bookings that have none yet.
insert into booking_line (
    booking_id, line_number, profession, revenue_group, vat_rate, gl_account, vat_code, gross_cents, vat_cents
)
select
    b.booking_id,
    l.line_number,
    l.profession,
    l.revenue_group,
    l.vat_rate,
    l.gl_account,
    l.vat_code,
    l.gross_cents,
    l.vat_cents
from new_line as l
inner join new_booking as n on l.source_key = n.source_key
inner join current_booking as b
    on
        b.practice = %(practice)s
        and n.source_key = b.source_key
        and n.fingerprint = b.fingerprint
where
    b.state in ('planned', 'exported')
    and not exists (select 1 from booking_line as there where there.booking_id = b.booking_id);
