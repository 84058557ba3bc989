-- 1. Codes of relations without the zeros in front, in which Exact's books and James may differ (M15).
create function plain_code(code text) returns text language sql immutable as $$
    select case when code ~ '^[0-9]+$' then ltrim(code, '0') else code end
$$;
comment on function plain_code is 'A code of digits without its zeros in front; any other code as it is';
create index exact_relation_plain_code on exact_relation (practice, plain_code(code));

-- 2. A practice that hands its history over takes along what was planned for the API and never sent (M20).
insert into booking_move (from_state, to_state, why)
values
('planned', 'exported', 'It was never sent, and its practice hands over its history in workbooks now.'),
('held', 'exported', 'It was never sent, and its practice hands over its history in workbooks now.');
