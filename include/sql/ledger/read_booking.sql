-- One booking of a practice, with what an attention item has of it.
select
    b.booking_id,
    b.source_key,
    b.kind,
    b.version,
    b.state,
    b.debtor_number,
    b.journal,
    b.financial_year,
    b.financial_period,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.settings_version,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.exact_id::text as exact_id,
    b.planned_at,
    b.booked_at,
    f.file_name,
    f.export_id::text as export_id,
    d.cause as difference,
    d.since as differs_since,
    d.james_cents,
    d.exact_cents,
    coalesce(d.differs, '') as differs
from booking as b
left join export_file as f on b.export_id = f.export_id
left join difference as d on b.practice = d.practice and b.source_key = d.subject and d.ended_at is null
where b.practice = %(practice)s and b.booking_id = %(booking_id)s;
