-- Forgets a contact or bank account of a relation of ours: Exact has it no more. It is looked for,
-- and made again, when its debtor is sent next.
update relation
set
    contact_id = nullif(contact_id, %(part_id)s),
    bank_account_id = nullif(bank_account_id, %(part_id)s)
where practice = %(practice)s and debtor_number = %(debtor_number)s;
