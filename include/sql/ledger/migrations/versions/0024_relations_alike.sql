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
        where r.practice = m.practice and (r.debtor_number = m.debtor_number or r.exact_id = m.exact_id)
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

alter table act drop constraint act_act_check;
alter table act add constraint act_act_check check (
    act in ('accept', 'close', 'book_again', 'adopt', 'same_person', 'ours', 'not_ours')
);
