-- Takes out of a plan what another run has read in James since: its content is older than what that
-- run plans or found unchanged, or James has it no more (a cleared task of an older night, FR-D17).
delete from new_booking as n
using run as own
where
    own.run_id = %(run_id)s
    and exists (
        select 1
        from run as later
        where
            later.practice = %(practice)s
            and later.run_id <> own.run_id
            and later.james_read_at > coalesce(own.james_read_at, '-infinity')
            and case
                when n.kind = 'debtor' then later.debtors_read
                else
                    n.entry_date is null
                    or (n.entry_date >= later.read_from and n.entry_date < later.read_before)
            end
    )
returning n.source_key;
