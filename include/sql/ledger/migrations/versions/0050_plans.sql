-- The latest version of a record is looked up by the index of its versions. The view sorted all
-- versions of all records of a practice for whoever joined some records with it, and what was asked
-- of state or kind was only compared afterwards. `offset 0` keeps it a lookup: of a join PostgreSQL would
-- expect few rows.
create or replace view current_booking as
select
    b.booking_id,
    b.practice,
    b.kind,
    b.source_key,
    b.version,
    b.state,
    b.run_id,
    b.settings_version,
    b.fingerprint,
    b.payload,
    b.debtor_number,
    b.journal,
    b.financial_year,
    b.financial_period,
    b.entry_date,
    b.entry_number,
    b.reference,
    b.total_cents,
    b.source_changed_at,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.attempt,
    b.claimed_by,
    b.claimed_until,
    b.unknown_since,
    b.absent_since,
    b.exact_id,
    b.planned_at,
    b.booked_at,
    b.credits_number,
    b.credits_key,
    b.moved_in_run,
    b.export_id,
    b.shares_number,
    b.booked_relation,
    b.closed_by_person,
    b.turn,
    b.due_date,
    b.sent_fingerprints,
    b.rejected_under,
    b.rejected_times,
    b.rejected_attempt,
    b.open_since
from booking as b
where
    not exists (
        select 1
        from booking as later
        where later.practice = b.practice and later.source_key = b.source_key and later.version > b.version
        offset 0  -- noqa: AM09
    );

-- For who wants all of a practice: sorting costs less than a lookup for each record.
create view every_current_booking as
select distinct on (b.practice, b.source_key)
    b.booking_id,
    b.practice,
    b.kind,
    b.source_key,
    b.version,
    b.state,
    b.run_id,
    b.settings_version,
    b.fingerprint,
    b.payload,
    b.debtor_number,
    b.journal,
    b.financial_year,
    b.financial_period,
    b.entry_date,
    b.entry_number,
    b.reference,
    b.total_cents,
    b.source_changed_at,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.attempt,
    b.claimed_by,
    b.claimed_until,
    b.unknown_since,
    b.absent_since,
    b.exact_id,
    b.planned_at,
    b.booked_at,
    b.credits_number,
    b.credits_key,
    b.moved_in_run,
    b.export_id,
    b.shares_number,
    b.booked_relation,
    b.closed_by_person,
    b.turn,
    b.due_date,
    b.sent_fingerprints,
    b.rejected_under,
    b.rejected_times,
    b.rejected_attempt,
    b.open_since
from booking as b
order by b.practice asc, b.source_key asc, b.version desc;
comment on view every_current_booking is
'The rows of current_booking, found by sorting: for statements that read all records of a practice';

-- The same records as before, told as the index of what is open tells them.
create or replace view attention_booking as
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.debtor_number,
    b.entry_number,
    b.reference,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.total_cents,
    b.planned_at,
    b.payload is null as is_unsendable,
    b.turn
from current_booking as b
where b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful');

-- Which record of ours an entry of Exact is.
create index booking_exact_id on booking (practice, exact_id) where exact_id is not null;

-- The versions of the debtors of a practice, beside all its invoices.
create index booking_of_debtor on booking (practice, source_key, version) where kind = 'debtor';

-- Entries whose due date was not seen in Exact yet.
create index booking_without_due_date on booking (practice)
where kind = 'sales_entry' and state = 'booked' and due_date is null;

-- The number first: an invoice of James has a number and no financial year.
drop index exact_line_number;
create index exact_line_number on exact_line (practice, entry_number, journal, financial_year);

-- The workbooks of a practice.
create index export_file_practice on export_file (practice, created_at);

-- How far the relations of a division were read, and which of them somebody deleted.
create index exact_relation_there on exact_relation (practice, row_version) where not deleted;
create index exact_relation_deleted on exact_relation (practice, row_version) where deleted;

-- What a run was the first to warn of, and what an upload took along.
create index adjustment_run on adjustment (run_id);
create index booking_upload on booking (upload_id) where upload_id is not null;

-- When a practice booked last.
create index booking_booked_at on booking (practice, booked_at) where state = 'booked';
