-- planned -> held where the debtor has no relation in Exact, a blocked one, or seems to be somebody
-- else now, where the journal is closed for the period, where a credit's original is known and not
-- booked, and what a practice hands over in workbooks and was never sent (M20); held -> planned
-- where it is fit again; held -> rejected when a credit waited too many nights (FR-G5).
with ready as (
    select
        b.booking_id,
        case
            when to_hand_over.is_so then 'to_be_handed_over'
            when r.debtor_number is null or n.debtor_number is not null then 'debtor_not_booked'
            when x.blocked then 'relation_blocked'
            when d.state = 'rejected' and d.reason = 'debtor_identity_changed' then d.reason
            when
                exists (
                    select 1
                    from
                        jsonb_to_recordset(%(closed_periods)s) as c (
                            journal text, year integer, period integer
                        )
                    where
                        c.journal = b.journal
                        and c.year = b.financial_year
                        and c.period = b.financial_period
                )
                then 'period_closed'
            when o.state is null or o.state in ('booked', 'exported') then null
            when waited.nights >= %(most_nights)s then 'original_not_booked'
            else 'waiting_for_original'
        end as obstacle,
        waited.nights
    from booking as b
    left join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
    left join exact_relation as x on r.practice = x.practice and r.exact_id = x.exact_id
    left join renamed_debtor as n on b.practice = n.practice and b.debtor_number = n.debtor_number
    left join
        lateral (
            select
                debtor.state,
                debtor.reason
            from booking as debtor
            where debtor.practice = b.practice and debtor.source_key = 'debiteur:' || b.debtor_number
            order by debtor.version desc
            limit 1
        ) as d
        on true
    left join
        lateral (
            select original.state
            from booking as original
            where original.practice = b.practice and original.source_key = b.credits_key
            order by original.version desc
            limit 1
        ) as o
        on true
    cross join
        lateral (
            select count(distinct run.book_day) as nights
            from run
            where
                run.practice = b.practice
                and run.started_at > b.planned_at
                and run.book_day > (
                    select planned_in.book_day
                    from run as planned_in
                    where planned_in.run_id = b.run_id
                )
                and run.is_night
        ) as waited
    cross join
        lateral (
            select
                p.backfill = 'excel'
                and b.kind <> 'debtor'
                and b.attempt = 0
                and b.entry_date < p.link_date
                and this.airflow_run_id not like '%%:history' as is_so
            from practice as p
            inner join run as this on p.code = this.practice
            where p.code = b.practice and this.run_id = %(run_id)s
        ) as to_hand_over
    where
        b.practice = %(practice)s
        and b.kind = %(kind)s
        and b.turn = %(turn)s
        and b.booking_id between %(first_id)s and %(last_id)s
        and b.state in ('planned', 'held')
        and b.reason is distinct from 'others_rejected'
)

update booking as b
set
    state = case
        when ready.obstacle is null then 'planned'
        when ready.obstacle = 'original_not_booked' then 'rejected'
        else 'held'
    end,
    moved_in_run = %(run_id)s,
    rejected_under = case
        when ready.obstacle = 'original_not_booked' then circumstances(b.booking_id, %(run_id)s)
        else b.rejected_under
    end,
    reason = ready.obstacle,
    reason_values = case
        when ready.obstacle is not null
            then
                jsonb_build_object(
                    'debtor', b.debtor_number, 'number', b.entry_number, 'journal', b.journal,
                    'year', b.financial_year, 'period', b.financial_period,
                    'original', b.credits_number, 'nights', ready.nights
                )
    end
from ready
where
    b.booking_id = ready.booking_id
    and b.reason is distinct from ready.obstacle;
