-- A number that was handed over is claimed like one that is booked, and a workbook that exists is
-- never changed.

-- 1. What is rejected in a hand-over and cured goes into the next one.
insert into booking_move (from_state, to_state, why)
values
('rejected', 'exported', 'It was never handed over, passes the checks now, and goes into this workbook.');

-- 2. In which file a booking is. No reference: the booking outlives the file, which holds names
-- and is purged.
alter table booking add column export_id uuid;
comment on column booking.export_id is 'The workbook that it was handed over in; null when it was not';
update booking as b
set
    export_id = (
        select f.export_id
        from export_file as f
        where
            f.run_id = b.run_id
            and f.file_name like case b.kind when 'sales_entry' then '%verkoopboek%' else '%memoriaal%' end
        order by f.created_at desc
        limit 1
    )
where b.state = 'exported';

create function deny_change_of_file() returns trigger language plpgsql as $$
begin
    raise exception 'a workbook that was handed over is never changed';
end $$;
create trigger export_file_is_kept before update on export_file
for each row execute function deny_change_of_file();

-- 3. One number once, also among what was handed over. What an older version handed over twice
-- stays as it is.
alter table booking add column shares_number boolean not null default false;
comment on column booking.shares_number is
'Handed over before version 0011 under a number that another booking has too; nothing new may be so';
update booking as b
set shares_number = true
where
    b.state = 'exported'
    and exists (
        select 1
        from booking as other
        where
            other.practice = b.practice
            and other.journal = b.journal
            and other.financial_year = b.financial_year
            and other.entry_number = b.entry_number
            and other.booking_id <> b.booking_id
            and other.state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported')
    );
drop index booking_entry_number;
create unique index booking_entry_number on booking (practice, journal, financial_year, entry_number)
where state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported') and entry_number is not null and not shares_number;
comment on index booking_entry_number is 'One entry number is claimed once per journal and year, as Exact has it';
