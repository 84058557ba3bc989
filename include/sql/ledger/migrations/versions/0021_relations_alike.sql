-- Relations in Exact that look like a debtor that is not linked with one (M16): ids alone, the names stand where they stood.
create table relation_match (
    practice text not null references practice,
    debtor_number text not null,
    exact_id uuid not null,
    kind text not null check (
        kind in (
            'same_number_same_name', 'same_number_near_name', 'other_number_same_name', 'other_number_near_name'
        )
    ),
    found_at timestamptz not null default clock_timestamp(),
    decision text check (decision in ('ours', 'not_ours')),
    act_id bigint references act,
    primary key (practice, debtor_number, exact_id),
    check ((decision is null) = (act_id is null))
);
comment on table relation_match is
'Debtors without a relation and relations that look like them; what people decided of it stays, by act';

-- One division serves one practice, unless a person says that two practices of one company share it.
create table shared_division (
    practice text not null references practice,
    shares_with text not null references practice,
    said_by text not null check (said_by <> ''),
    reason text not null check (reason <> ''),
    said_at timestamptz not null default clock_timestamp(),
    primary key (practice, shares_with),
    check (practice < shares_with)
);
comment on table shared_division is 'Practices of one company that share one division of Exact, and who said so';

alter table practice drop constraint practice_division_key;
create index practice_division on practice (division);

create function check_division_is_free() returns trigger language plpgsql as $$
declare
    taken_by text;
begin
    select p.code into taken_by
    from exact_sync.practice as p
    where
        p.division = new.division
        and p.code <> new.code
        and not exists (
            select 1
            from exact_sync.shared_division as s
            where s.practice = least(p.code, new.code) and s.shares_with = greatest(p.code, new.code)
        )
    limit 1;
    if taken_by is not null then
        raise unique_violation using message = 'the division serves practice ' || taken_by;
    end if;
    return new;
end $$;
create trigger practice_division_is_free before insert or update of division on practice
for each row when (new.division is not null) execute function check_division_is_free();

create view practice_of_division as
select
    p.code as practice,
    other.code as serves
from practice as p
inner join practice as other on p.code = other.code or p.division = other.division;
comment on view practice_of_division is 'Each practice with all practices that its division serves, itself among them';

create view open_match as
select
    m.practice,
    m.debtor_number,
    m.exact_id,
    m.kind,
    x.code,
    x.name,
    x.postcode,
    count(*) over (partition by m.practice, m.debtor_number) = 1
    and count(*) over (partition by m.practice, m.exact_id) = 1 as is_only
from relation_match as m
inner join exact_relation as x on m.practice = x.practice and m.exact_id = x.exact_id
where
    m.decision is null
    and not x.deleted
    and x.status = 'C'
    and not exists (
        select 1
        from relation as r
        where r.practice = m.practice and r.debtor_number = m.debtor_number
    )
    and not exists (
        select 1
        from relation as r
        inner join practice_of_division as d on r.practice = d.serves
        where d.practice = m.practice and r.exact_id = m.exact_id
    );
comment on view open_match is 'Matches that wait for a person''s word; is_only: neither side is in another one';

-- The mirror of the journals says in its cursor which journals it has: another one is read from the first day on.
alter table exact_cursor drop constraint exact_cursor_list_name_check;
update exact_cursor as c
set list_name = concat('lines ', s.settings ->> 'sales_journal', ' ', s.settings ->> 'general_journal')
from settings_version as s
where
    c.list_name = 'lines'
    and s.practice = c.practice
    and s.version = (select max(latest.version) from settings_version as latest where latest.practice = c.practice);
alter table exact_cursor add constraint exact_cursor_list_name_check
check (list_name like 'lines%' or list_name = 'deleted_lines');

comment on table adjustment is
'What was shortened or left out for Exact, and what is odd and booked as the rules say; personal data, purged with the staged rows';
