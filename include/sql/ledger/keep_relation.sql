-- Remembers that a relation in Exact is ours, and which of its parts are there. A part that is
-- known stays the one it is; those of another relation go with that. Its version is not read yet.
-- The mirror gets a row at once: a relation that is deleted before the next look must be known to
-- have been there.
with mirrored as (
    insert into exact_relation (practice, exact_id, code, name)
    values (%(practice)s, %(exact_id)s, %(debtor_number)s, '')
    on conflict do nothing
)

insert into relation (practice, debtor_number, exact_id, contact_id, bank_account_id)
values (%(practice)s, %(debtor_number)s, %(exact_id)s, %(contact_id)s, %(bank_account_id)s)
on conflict (practice, debtor_number) do update
    set
        exact_id = excluded.exact_id,
        own_version = null,
        contact_id = case
            when relation.exact_id = excluded.exact_id then coalesce(relation.contact_id, excluded.contact_id)
            else excluded.contact_id
        end,
        bank_account_id = case
            when relation.exact_id = excluded.exact_id
                then coalesce(relation.bank_account_id, excluded.bank_account_id)
            else excluded.bank_account_id
        end;
