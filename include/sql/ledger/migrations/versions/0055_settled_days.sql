-- A night compares what is new, changed or open. Whatever changes a record or an entry marks it in the
-- same transaction, by triggers, so that no statement can forget it; a mark goes when the record was
-- compared and found equal. What is added up is kept per day, and a change marks its day.

-- 1. What is to be compared.
create table to_judge (
    practice text not null references practice,
    subject text not null,                  -- a source key, or exact:<entry id>
    marked_by bigint not null,              -- the transaction: one that comes meanwhile makes another mark
    marked_at timestamptz not null default now(),
    primary key (practice, subject)
);
comment on table to_judge is
'Records and entries that changed since they were compared and found equal, or that differ: a night compares these';

create table judged_whole (
    practice text not null references practice,
    from_date date not null,                -- of the days that were compared
    book_day date not null,
    run_id uuid not null references run,
    judged_under text not null,             -- digest of the rules and of the accounts that they know
    row_version bigint,                     -- of Exact's lines, up to which they were read; null where Exact gives none
    judged_at timestamptz not null default now(),
    primary key (practice, from_date)
);
comment on table judged_whole is 'When all records and entries of these days were compared last, whether marked or not';

create table other_entry (
    practice text not null references practice,
    entry_id uuid not null,
    first_day date not null,
    last_day date not null,
    primary key (practice, entry_id)
);
comment on table other_entry is 'Entries in our journals that no record is booked under and that bear nothing of one';

-- 2. What is added up.
create table to_add_up (
    practice text not null references practice,
    day date not null,
    marked_by bigint not null,
    primary key (practice, day)
);
comment on table to_add_up is 'Days whose sums are to be made again: until then they are added up by whoever asks';

create table day_cell (
    practice text not null references practice,
    day date not null,
    state text not null,                    -- booked or exported
    journal text not null,
    revenue_group text not null,
    vat_rate text not null,
    lines integer not null,
    gross_cents bigint not null,
    vat_cents bigint not null,
    digest numeric not null,                -- sum of the digests of the lines
    primary key (practice, day, state, journal, revenue_group, vat_rate)
);
comment on table day_cell is 'What is booked or handed over per day, journal, revenue group and VAT rate, with a digest of its lines';

create table day_state (
    practice text not null references practice,
    day date not null,
    state text not null,                    -- booked, exported or closed
    kind text not null,
    suspense_account text not null,         -- id of the G/L account of a general journal entry; empty without one
    entries integer not null,
    total_cents bigint not null,
    latest_entries integer not null,        -- of these the latest version of their record
    latest_cents bigint not null,
    primary key (practice, day, state, kind, suspense_account)
);
comment on table day_state is 'How many invoices and claims are booked, handed over or closed per day, and their total';

create function suspense_account(kind text, payload text) returns text language sql immutable
return case
    when kind = 'general_journal_entry' then coalesce(payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}', '')
    else ''
end;
comment on function suspense_account is 'Id of the G/L account that a general journal entry is booked on; empty without one';

create function digest_of_line(line booking_line) returns numeric language sql immutable
return hashtextextended(
    line.booking_id || ' ' || line.line_number || ' ' || line.gl_account || ' ' || line.vat_code || ' '
    || line.gross_cents || ' ' || line.vat_cents,
    0
)::numeric;
comment on function digest_of_line is 'A number that is another one when the line is; numbers of lines may be added up';

-- The sums of days as the rows come to now: what is kept, what is checked and what is asked for while
-- a day is marked are the same.
create view added_cell as
select
    b.practice,
    b.entry_date as day,
    b.state,
    coalesce(b.journal, '') as journal,
    l.revenue_group,
    l.vat_rate,
    count(*)::integer as lines,
    sum(l.gross_cents)::bigint as gross_cents,
    sum(l.vat_cents)::bigint as vat_cents,
    sum(digest_of_line(l)) as digest
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where b.kind <> 'debtor' and b.state in ('booked', 'exported')
group by 1, 2, 3, 4, 5, 6;
comment on view added_cell is 'What day_cell keeps, added up from bookings and their lines';

create view added_state as
select
    b.practice,
    b.entry_date as day,
    b.state,
    b.kind,
    suspense_account(b.kind, b.payload) as suspense_account,
    count(*)::integer as entries,
    sum(b.total_cents)::bigint as total_cents,
    (count(*) filter (where b.is_latest))::integer as latest_entries,
    coalesce(sum(b.total_cents) filter (where b.is_latest), 0)::bigint as latest_cents
from booking as b
where b.kind <> 'debtor' and b.state in ('booked', 'exported', 'closed') and b.entry_date is not null
group by 1, 2, 3, 4, 5;
comment on view added_state is 'What day_state keeps, added up from bookings';

-- Who credits a record.
create index booking_credits_key on booking (practice, credits_key) where credits_key is not null;

-- 3. The marks. The same transaction marks once.
create function mark_subjects(of_practice text, subjects text[]) returns void language sql as $$
insert into exact_sync.to_judge as m (practice, subject, marked_by)
select
    of_practice,
    s.subject,
    pg_current_xact_id()::text::bigint
from (select distinct u.subject from unnest(subjects) as u (subject) where u.subject is not null) as s
order by s.subject
on conflict (practice, subject) do update
set marked_by = excluded.marked_by, marked_at = now()
where m.marked_by <> excluded.marked_by
$$;

create function mark_days(of_practice text, days date[]) returns void language sql as $$
insert into exact_sync.to_add_up as m (practice, day, marked_by)
select
    of_practice,
    d.day,
    pg_current_xact_id()::text::bigint
from (select distinct u.day from unnest(days) as u (day) where u.day is not null) as d
order by d.day
on conflict (practice, day) do update
set marked_by = excluded.marked_by
where m.marked_by <> excluded.marked_by
$$;

-- Entries that a record is booked under or that bear its number or reference, and records that an
-- entry is named after: who lets go of one has it compared without it.
create function mark_entries_of(was exact_sync.booking) returns void language sql as $$
select exact_sync.mark_subjects(was.practice, array_agg('exact:' || e.entry_id::text))
from (
    select was.exact_id as entry_id
    union
    select x.entry_id
    from exact_sync.exact_line as x
    where
        x.practice = was.practice
        and x.entry_number = was.entry_number
        and x.journal = was.journal
        and x.financial_year = was.financial_year
    union
    select x.entry_id
    from exact_sync.exact_line as x
    where x.practice = was.practice and x.reference = was.reference
) as e
where e.entry_id is not null
having count(*) > 0
$$;

create function mark_records_of(was exact_sync.exact_line) returns void language sql as $$
select exact_sync.mark_subjects(was.practice, array_agg(b.source_key))
from (
    select n.source_key
    from exact_sync.booking as n
    where
        n.practice = was.practice
        and n.kind <> 'debtor'
        and n.entry_number = was.entry_number
        and n.journal = was.journal
        and n.financial_year = was.financial_year
    union
    select r.source_key
    from exact_sync.booking as r
    where r.practice = was.practice and r.kind <> 'debtor' and r.reference = was.reference
) as b
having count(*) > 0
$$;

-- Records: a new one, and one that was at rest and changes. One that is not at rest keeps its mark.
create function mark_new_bookings() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(n.practice, array_agg(n.source_key))
    from new_rows as n
    where n.kind <> 'debtor'
    group by n.practice;
    perform exact_sync.mark_days(n.practice, array_agg(n.entry_date))
    from new_rows as n
    where n.kind <> 'debtor' and n.state in ('booked', 'exported', 'closed')
    group by n.practice;
    perform exact_sync.mark_subjects(d.practice, array_agg('exact:' || n.exact_id::text))
    from new_rows as n
    inner join exact_sync.practice_of_division as d on n.practice = d.serves and d.practice <> n.practice
    where n.exact_id is not null
    group by d.practice;
    return null;
end $$;
create trigger booking_marks_new after insert on booking
referencing new table as new_rows
for each statement execute function mark_new_bookings();

create function mark_changed_booking() returns trigger language plpgsql as $$
begin
    if old.state in ('booked', 'exported', 'closed') then
        perform exact_sync.mark_subjects(old.practice, array[old.source_key, new.source_key]);
    end if;
    if
        (old.exact_id is not null and old.exact_id is distinct from new.exact_id)
        or (old.journal, old.financial_year, old.entry_number, old.reference)
        is distinct from (new.journal, new.financial_year, new.entry_number, new.reference)
    then
        perform exact_sync.mark_entries_of(old);
    end if;
    perform exact_sync.mark_days(old.practice, array[old.entry_date, new.entry_date]);
    if old.exact_id is distinct from new.exact_id then
        perform exact_sync.mark_subjects(
            d.practice, array['exact:' || old.exact_id::text, 'exact:' || new.exact_id::text]
        )
        from exact_sync.practice_of_division as d
        where d.serves = new.practice and d.practice <> new.practice;
    end if;
    return null;
end $$;
create trigger booking_marks_changed after update on booking
for each row
when (
    old.kind <> 'debtor'
    and (
        old.state in ('booked', 'exported', 'closed')
        or new.state in ('booked', 'exported', 'closed')
        or old.exact_id is not null
    )
    and (
        old.practice, old.kind, old.source_key, old.version, old.is_latest, old.state, old.exact_id, old.journal,
        old.financial_year, old.financial_period, old.entry_number, old.entry_date, old.booked_relation,
        old.debtor_number, old.reference, old.total_cents, old.credits_key, old.reason, old.closed_by_person,
        old.settings_version, old.payload, old.due_date
    ) is distinct from (
        new.practice, new.kind, new.source_key, new.version, new.is_latest, new.state, new.exact_id, new.journal,
        new.financial_year, new.financial_period, new.entry_number, new.entry_date, new.booked_relation,
        new.debtor_number, new.reference, new.total_cents, new.credits_key, new.reason, new.closed_by_person,
        new.settings_version, new.payload, new.due_date
    )
)
execute function mark_changed_booking();

create function mark_deleted_booking() returns trigger language plpgsql as $$
begin
    if exists (
        select 1
        from exact_sync.booking as b
        where b.practice = old.practice and b.source_key = old.source_key
    ) then
        perform exact_sync.mark_subjects(old.practice, array[old.source_key]);
    else  -- past its term: nothing of it stays
        delete from exact_sync.to_judge where practice = old.practice and subject = old.source_key;
    end if;
    perform exact_sync.mark_entries_of(old);
    perform exact_sync.mark_days(old.practice, array[old.entry_date]);
    perform exact_sync.mark_subjects(d.practice, array['exact:' || old.exact_id::text])
    from exact_sync.practice_of_division as d
    where d.serves = old.practice and d.practice <> old.practice;
    return null;
end $$;
create trigger booking_marks_deleted after delete on booking
for each row when (old.kind <> 'debtor')
execute function mark_deleted_booking();

-- Their lines.
create function mark_bookings_of_lines() returns trigger language plpgsql as $$
begin
    perform
        exact_sync.mark_subjects(b.practice, array_agg(b.source_key)),
        exact_sync.mark_days(b.practice, array_agg(b.entry_date))
    from exact_sync.booking as b
    where b.booking_id in (select l.booking_id from changed_rows as l) and b.state in ('booked', 'exported')
    group by b.practice;
    return null;
end $$;
create trigger booking_line_marks_new after insert on booking_line
referencing new table as changed_rows
for each statement execute function mark_bookings_of_lines();
create trigger booking_line_marks_changed after update on booking_line
referencing new table as changed_rows
for each statement execute function mark_bookings_of_lines();
create trigger booking_line_marks_deleted after delete on booking_line
referencing old table as changed_rows
for each statement execute function mark_bookings_of_lines();

-- What James has otherwise now.
create function mark_james_change() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(
        coalesce(new.practice, old.practice), array[coalesce(new.source_key, old.source_key)]
    );
    return null;
end $$;
create trigger james_change_marks after insert or update or delete on james_change
for each row execute function mark_james_change();

-- What Exact has.
create function mark_new_lines() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(n.practice, array_agg('exact:' || n.entry_id::text))
    from new_rows as n
    group by n.practice;
    return null;
end $$;
create trigger exact_line_marks_new after insert on exact_line
referencing new table as new_rows
for each statement execute function mark_new_lines();

create function mark_changed_line() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(
        old.practice, array['exact:' || old.entry_id::text, 'exact:' || new.entry_id::text]
    );
    perform exact_sync.mark_records_of(old);
    return null;
end $$;
create trigger exact_line_marks_changed after update on exact_line
for each row when (old.* is distinct from new.*)
execute function mark_changed_line();

create function mark_deleted_line() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(old.practice, array['exact:' || old.entry_id::text]);
    perform exact_sync.mark_records_of(old);
    return null;
end $$;
create trigger exact_line_marks_deleted after delete on exact_line
for each row execute function mark_deleted_line();

-- For whom a workbook's entries are, and those that were booked before the ledger kept it.
create function mark_bookings_of_relation() returns trigger language plpgsql as $$
begin
    perform exact_sync.mark_subjects(b.practice, array_agg(b.source_key))
    from exact_sync.booking as b
    where
        b.practice = coalesce(new.practice, old.practice)
        and b.debtor_number = coalesce(new.debtor_number, old.debtor_number)
        and b.kind <> 'debtor'
        and b.state in ('booked', 'exported')
        and b.booked_relation is null
    group by b.practice;
    return null;
end $$;
create trigger relation_marks_new after insert or delete on relation
for each row execute function mark_bookings_of_relation();
create trigger relation_marks_changed after update on relation
for each row when (old.exact_id is distinct from new.exact_id)
execute function mark_bookings_of_relation();

-- Who shares a division decides which entries are of others: then all is compared.
create function judge_whole_again() returns trigger language plpgsql as $$
begin
    delete from exact_sync.judged_whole
    where practice in (
        select p.code
        from exact_sync.practice as p
        where p.code = new.code or p.division in (old.division, new.division)
    );
    return null;
end $$;
create trigger practice_division_judges_whole after update on practice
for each row when (old.division is distinct from new.division)
execute function judge_whole_again();

-- 4. What is booked already is compared as a whole by the next night, and added up then.
insert into to_add_up (practice, day, marked_by)
select distinct
    b.practice,
    b.entry_date,
    0::bigint
from booking as b
where b.kind <> 'debtor' and b.state in ('booked', 'exported', 'closed') and b.entry_date is not null;
