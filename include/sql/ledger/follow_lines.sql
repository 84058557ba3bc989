-- The lines of what the ledger took over.
insert into booking_line (
    booking_id, line_number, profession, revenue_group, vat_rate, gl_account, vat_code, gross_cents, vat_cents
)
select
    given.booking_id,
    l.line_number,
    l.profession,
    l.revenue_group,
    l.vat_rate,
    l.gl_account,
    l.vat_code,
    l.gross_cents,
    l.vat_cents
from jsonb_to_recordset(%(followed)s::jsonb) as given (booking_id bigint, lines jsonb)
cross join
    lateral jsonb_to_recordset(given.lines) as l (
        line_number integer, profession text, revenue_group text, vat_rate text, gl_account text,
        vat_code text, gross_cents bigint, vat_cents bigint
    );
