-- Empties all versions of a debtor, and Exact's words about him and his invoices. Money, numbers,
-- states and the history stay. The fingerprint of the last version stays, so that James' unchanged
-- card is not sent again. Promises that nothing is sent from an emptied version.
update booking as b
set
    payload = case when b.kind <> 'debtor' then b.payload end,
    sent_fingerprints = null,
    exact_message = null,
    fingerprint = case
        when
            b.kind = 'debtor'
            and exists (
                select 1
                from booking as newer
                where
                    newer.practice = b.practice
                    and newer.source_key = b.source_key
                    and newer.version > b.version
            )
            then ''
        else b.fingerprint
    end
where b.practice = %(practice)s and b.debtor_number = %(debtor_number)s;
