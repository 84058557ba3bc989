-- Gives each booking that is to be sent its turn: 1 invoices since the link date, and the debtors
-- without whom they can't be booked; 2 what of those Exact rejected before; 3 other debtors;
-- 4 history. The turns are sent one after the other, so none takes a call from an earlier one. Of a
-- practice that hands its history over, what was sent once stays with the API and goes with 2.
-- The run of history leaves the turns of the night as they are: its tasks may be cleared.
with waited_for as (
    select b.debtor_number
    from booking as b
    inner join practice as p on b.practice = p.code
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.state in ('planned', 'held', 'doubtful')
        and b.entry_date >= p.link_date
    union
    select btrim(s.debtor_number) as debtor_number
    from staged_invoice as s
    inner join practice as p on p.code = %(practice)s
    where s.run_id = %(run_id)s and s.invoice_date >= p.link_date
),

unknown as (
    select w.debtor_number
    from waited_for as w
    left join relation as r on r.practice = %(practice)s and w.debtor_number = r.debtor_number
    left join renamed_debtor as n on n.practice = %(practice)s and w.debtor_number = n.debtor_number
    where r.debtor_number is null or n.debtor_number is not null
),

wanted as (
    select
        b.booking_id,
        case
            when b.kind <> 'debtor' and b.entry_date < p.link_date
                then case
                    when p.backfill = 'excel' and (b.attempt > 0 or b.state = 'doubtful') then 2
                    else 4
                end
            when b.kind = 'debtor' and unknown.debtor_number is null then 3
            when b.reason in ('others_rejected', 'waiting_for_original') then 2
            when exists (
                select 1
                from booking_history as h
                where h.booking_id = b.booking_id and h.from_state = 'sending' and h.to_state = 'rejected'
            ) then 2
            else 1
        end as turn
    from booking as b
    inner join practice as p on b.practice = p.code
    left join unknown on b.debtor_number = unknown.debtor_number
    where b.practice = %(practice)s and b.state in ('planned', 'held', 'sending', 'doubtful')
)

update booking as b
set turn = wanted.turn
from wanted
where b.booking_id = wanted.booking_id and b.turn <> wanted.turn and (wanted.turn = 4 or not %(history)s);
