-- What Exact rejected is sent again when something that it depended on changed, not every night.

-- 1. Under which circumstances it was rejected, how often under the same, and after which attempt.
alter table booking add column rejected_under text;
alter table booking add column rejected_times integer not null default 0;
alter table booking add column rejected_attempt integer not null default 0;
comment on column booking.rejected_under is
'The circumstances of its last rejection by the loader; null: it is tried again at the next chance';
comment on column booking.rejected_times is 'How often it was rejected under these circumstances';
comment on column booking.rejected_attempt is
'The attempt that was last rejected: as long as there is no other, Exact certainly has nothing of it';
update booking
set rejected_attempt = attempt
where state = 'rejected' and reason <> 'double_in_exact';

-- 2. Whether somebody changed a relation of ours since we wrote it.
alter table relation add column own_version bigint;
comment on column relation.own_version is
'Exact''s Timestamp of the relation as first read after we last wrote it; null until it is read';
update relation as r
set own_version = nullif(x.row_version, 0)
from exact_relation as x
where r.practice = x.practice and r.exact_id = x.exact_id;

-- 3. The circumstances: the version of the settings, the rows of the division's lists that the
-- booking names, its relation, its debtor in James, who else bears the debtor's number or
-- looks like it and what people said of that, the original of a credit, and what stands in our journals under its number or reference. As a hash: it is only
-- compared.
create function circumstances(of_booking bigint, in_run uuid) returns text
language sql stable cost 10000 as $$
    select encode(
        sha256(
            convert_to(
                jsonb_build_array(
                    (select r.settings_version from exact_sync.run as r where r.run_id = in_run),
                    (
                        select jsonb_agg(named.of order by l.list_name, named.of)
                        from exact_sync.exact_list as l
                        cross join jsonb_array_elements(l.rows) as named (of)
                        where
                            l.practice = b.practice
                            and (
                                strpos(b.payload, named.of ->> 'ID') > 0
                                or strpos(b.payload, '"' || btrim(named.of ->> 'Code') || '"') > 0
                                or (
                                    named.of ->> 'FinYear' = b.financial_year::text
                                    and named.of ->> 'FinPeriod' = b.financial_period::text
                                )
                                or (
                                    btrim(named.of ->> 'Journal') = b.journal
                                    and named.of ->> 'Year' = b.financial_year::text
                                    and named.of ->> 'Period' = b.financial_period::text
                                )
                            )
                    ),
                    (
                        select jsonb_build_array(
                            r.exact_id,
                            r.same_person_fingerprint,
                            x.blocked,
                            case
                                when b.kind <> 'debtor'
                                    then nullif(x.row_version, coalesce(r.own_version, x.row_version))
                            end
                        )
                        from exact_sync.relation as r
                        left join exact_sync.exact_relation as x
                            on r.practice = x.practice and r.exact_id = x.exact_id
                        where r.practice = b.practice and r.debtor_number = b.debtor_number
                    ),
                    (
                        select d.fingerprint
                        from exact_sync.booking as d
                        where
                            b.kind <> 'debtor'
                            and d.practice = b.practice
                            and d.source_key = 'debiteur:' || b.debtor_number
                        order by d.version desc
                        limit 1
                    ),
                    (
                        select jsonb_agg(jsonb_build_array(x.exact_id, x.row_version) order by x.exact_id)
                        from exact_sync.exact_relation as x
                        where
                            b.kind = 'debtor'
                            and x.practice = b.practice
                            and x.code = b.debtor_number
                            and not x.deleted
                            and not exists (
                                select 1
                                from exact_sync.relation as r
                                where r.practice = x.practice and r.exact_id = x.exact_id
                            )
                    ),
                    (
                        select jsonb_agg(jsonb_build_array(m.exact_id, m.decision) order by m.exact_id)
                        from exact_sync.relation_match as m
                        where
                            b.kind = 'debtor'
                            and m.practice = b.practice
                            and m.debtor_number = b.debtor_number
                    ),
                    (
                        select o.state in ('booked', 'exported')
                        from exact_sync.booking as o
                        where o.practice = b.practice and o.source_key = b.credits_key
                        order by o.version desc
                        limit 1
                    ),
                    (
                        select jsonb_agg(distinct l.entry_id)
                        from exact_sync.exact_line as l
                        where
                            b.kind <> 'debtor'
                            and l.practice = b.practice
                            and (
                                (
                                    l.journal = b.journal
                                    and l.financial_year = b.financial_year
                                    and l.entry_number = b.entry_number
                                )
                                or l.reference = b.reference
                            )
                    )
                )::text,
                'UTF8'
            )
        ),
        'hex'
    )
    from exact_sync.booking as b
    where b.booking_id = of_booking
$$;
comment on function circumstances is 'A hash of all that the answer of Exact to a booking depends on, as far as it is read';

-- 4. Words, and views with the columns that there are now.
update booking_move
set
    why
    = 'Its debtor is not booked, blocked or another person, its period is closed, the original of a credit is not booked, '
    'or Exact rejects others for one cause.'
where from_state = 'planned' and to_state = 'held';
update booking_move
set why = 'It is tried once more as its next version: what it depended on changed, it is time again, or a person asks for it.'
where from_state = 'rejected' and to_state = 'planned';

create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;
