-- Compares each booking with its entry in the file and keeps what differs, in the order of day
-- and number. VAT stands on one place, `btw`, because Exact divides it over accounts by the
-- code. Cents, debit positive.
with matched as (
    select
        b.*,
        e.first_period,
        e.last_period,
        e.has_vat_codes
    from auditfile_booking as b
    inner join auditfile_entry as e on b.file_journal = e.journal and b.file_number = e.entry_number
),

side as (
    select
        m.booking_id,
        l.gl_account as place,
        l.vat_code,
        l.vat_cents - l.gross_cents as ours,
        0 as theirs
    from matched as m
    inner join booking_line as l on m.booking_id = l.booking_id
    union all
    select
        m.booking_id,
        'btw',
        null,
        -l.vat_cents,
        0
    from matched as m
    inner join booking_line as l on m.booking_id = l.booking_id
    union all
    select
        m.booking_id,
        m.debit_account,
        null,
        m.total_cents,
        0
    from matched as m
    where m.debit_account is not null
    union all
    select
        m.booking_id,
        case when l.gl_account = any(%(vat_accounts)s::text[]) then 'btw' else l.gl_account end,
        case
            when l.gl_account = any(%(vat_accounts)s::text[]) or l.gl_account = m.debit_account then null
            else l.vat_code
        end,
        0,
        l.cents
    from matched as m
    inner join auditfile_line as l on m.file_journal = l.journal and m.file_number = l.entry_number
    where m.debit_account is not null or l.gl_account <> all(%(debit_accounts)s::text[])
),

per_code as (
    select
        s.booking_id,
        s.place,
        s.vat_code,
        sum(s.ours)::bigint as ours,
        sum(s.theirs)::bigint as theirs
    from side as s
    group by s.booking_id, s.place, s.vat_code
),

place as (
    select
        c.booking_id,
        c.place,
        sum(c.ours)::bigint as ours,
        sum(c.theirs)::bigint as theirs,
        jsonb_object_agg(c.vat_code, c.ours)
        filter (where c.vat_code is not null and c.ours <> 0) as our_codes,
        jsonb_object_agg(c.vat_code, c.theirs)
        filter (where c.vat_code is not null and c.theirs <> 0) as their_codes
    from per_code as c
    group by c.booking_id, c.place
    having sum(abs(c.ours)) + sum(abs(c.theirs)) > 0
),

money as (
    select
        p.booking_id,
        coalesce(
            sum(p.theirs) filter (where p.place = any(%(debit_accounts)s::text[])),
            sign(max(m.total_cents)) * sum(greatest(p.theirs, 0))
        )::bigint as their_total,
        bool_or(p.place <> 'btw' and (p.ours = 0) <> (p.theirs = 0)) as has_other_place,
        jsonb_agg(
            jsonb_build_array(p.place, p.ours, p.theirs)
            order by p.place
        ) filter (where p.ours <> p.theirs) as places
    from place as p
    inner join matched as m on p.booking_id = m.booking_id
    group by p.booking_id
    having bool_or(p.ours <> p.theirs)
),

coded as (
    select
        p.booking_id,
        jsonb_agg(jsonb_build_array(p.place, p.our_codes, p.their_codes) order by p.place) as places
    from place as p
    inner join matched as m on p.booking_id = m.booking_id
    where
        m.has_vat_codes
        and p.our_codes is not null
        and p.theirs <> 0
        and p.our_codes is distinct from p.their_codes
        and (
            p.ours = p.theirs
            or (select array_agg(k.code order by k.code) from jsonb_object_keys(p.our_codes) as k (code))
            is distinct from
            (select array_agg(k.code order by k.code) from jsonb_object_keys(p.their_codes) as k (code))
        )
    group by p.booking_id
),

found as (
    select
        b.booking_id,
        'missing' as kind,
        1 as place,
        '{}'::jsonb as details
    from auditfile_booking as b
    where b.is_expected and b.file_journal is null
    union all
    select
        m.booking_id,
        'elsewhere',
        2,
        jsonb_build_object('their_journal', m.file_journal, 'their_number', m.file_number)
    from matched as m
    where m.state = 'booked' and (m.journal, m.entry_number) is distinct from (m.file_journal, m.file_number)
    union all
    select
        c.booking_id,
        'extra',
        3,
        jsonb_build_object(
            'their_journal', e.journal, 'their_number', e.entry_number, 'their_cents', e.debit_cents
        )
    from auditfile_candidate as c
    inner join auditfile_entry as e on c.journal = e.journal and c.entry_number = e.entry_number
    where not c.is_used
    union all
    select
        y.booking_id,
        'amount',
        4,
        jsonb_build_object('their_cents', y.their_total, 'places', y.places)
    from money as y
    inner join matched as m on y.booking_id = m.booking_id
    where y.their_total <> m.total_cents or not y.has_other_place
    union all
    select
        y.booking_id,
        'account',
        5,
        jsonb_build_object('places', y.places)
    from money as y
    where y.has_other_place
    union all
    select
        m.booking_id,
        'period',
        6,
        jsonb_build_object(
            'their_period', case when m.first_period = m.period then m.last_period else m.first_period end
        )
    from matched as m
    where m.first_period <> m.period or m.last_period <> m.period
    union all
    select
        d.booking_id,
        'vat_code',
        7,
        jsonb_build_object('places', d.places)
    from coded as d
),

numbered as (
    select
        f.kind,
        b.source_key,
        jsonb_build_object(
            'reference', b.reference,
            'state', b.state,
            'journal', b.journal,
            'number', b.entry_number,
            'year', b.financial_year,
            'period', b.period,
            'day', b.entry_date,
            'cents', b.total_cents
        ) || f.details as details,
        row_number() over (order by b.entry_date, b.booking_id, f.place, f.details) as finding_number,
        count(*) over (partition by f.kind) as of_kind
    from found as f
    inner join auditfile_booking as b on f.booking_id = b.booking_id
),

counted as (
    update auditfile_comparison as a
    set numbers = a.numbers || jsonb_build_object('findings', coalesce(t.counts, '{}'))
    from (
        select jsonb_object_agg(k.kind, k.of_kind) as counts
        from (select distinct
            n.kind,
            n.of_kind
        from numbered as n) as k
    ) as t
    where a.comparison_id = %(comparison_id)s::uuid
)

insert into auditfile_finding (comparison_id, finding_number, kind, source_key, details)
select
    %(comparison_id)s::uuid,
    n.finding_number,
    n.kind,
    n.source_key,
    n.details
from numbered as n
where n.finding_number <= %(most)s;
