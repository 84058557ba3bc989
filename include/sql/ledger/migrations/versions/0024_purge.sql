-- Personal data goes after its term (plugins/exact_online/bewaartermijnen.toml).

-- 1. What was sent of a debtor is known by fingerprints once its text is gone, so a later change still sends the
-- fields that differ and no others.
alter table booking add column sent_fingerprints jsonb;
comment on column booking.sent_fingerprints is
'Of a debtor whose payload was purged: a salt, and per part and field sha256 of salt, part, field and text';
create function part_fingerprints(salt text, part text, fields jsonb) returns jsonb
language sql immutable as $$
    select jsonb_object_agg(
        field.key,
        encode(sha256(convert_to(concat_ws(E'\n', salt, part, field.key, field.value), 'UTF8')), 'hex')
    )
    from jsonb_each_text(case when jsonb_typeof(fields) = 'object' then fields end) as field
$$;
comment on function part_fingerprints is 'The fingerprint of each field of a part of a debtor; null for a part that is missing';
create index booking_debtor_payload on booking (practice, booked_at) where kind = 'debtor' and payload is not null;
create index booking_exact_message on booking (practice) where exact_message is not null;

-- 2. When a run last read James: its staged rows count from there, also when it was cleared long after it began.
alter table run add column read_at timestamptz;

-- 3. A workbook loses its content, and nothing else of it changes: sha256, number and total say what it was.
alter table export_file alter column content drop not null;
create or replace function deny_change_of_file() returns trigger language plpgsql as $$
begin
    if
        new.content is null
        and (
            new.export_id, new.practice, new.run_id, new.file_name, new.sha256, new.invoices, new.total_cents,
            new.created_at
        ) is not distinct from (
            old.export_id, old.practice, old.run_id, old.file_name, old.sha256, old.invoices, old.total_cents,
            old.created_at
        )
    then
        return new;
    end if;
    raise exception 'a workbook that was handed over is never changed';
end $$;

-- 4. Who has a new last name is known after a purge as well: its fingerprint is another one.
create or replace view renamed_debtor as
select
    b.practice,
    b.debtor_number
from booking as b
inner join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
cross join
    lateral (
        select
            sent.payload,
            sent.sent_fingerprints
        from booking as sent
        where
            sent.practice = b.practice
            and sent.source_key = b.source_key
            and sent.state = 'booked'
            and sent.exact_id = r.exact_id
        order by sent.version desc
        limit 1
    ) as sent
where
    b.kind = 'debtor'
    and b.state in ('planned', 'held', 'sending', 'doubtful')
    and coalesce(
        sent.payload::jsonb #>> '{contact,LastName}' <> b.payload::jsonb #>> '{contact,LastName}',
        sent.sent_fingerprints #>> '{contact,LastName}' <> part_fingerprints(
            sent.sent_fingerprints ->> 'salt', 'contact', b.payload::jsonb -> 'contact'
        ) ->> 'LastName'
    );
