-- Registers a practice, or changes what is fixed by its people (not its link to Exact).
insert into practice (code, name, james_practice_code, active, link_date, first_sync_date, backfill)
values (
    %(code)s, %(name)s, %(james_practice_code)s, %(active)s, %(link_date)s, %(first_sync_date)s, %(backfill)s
)
on conflict (code) do update
    set
        name = excluded.name,
        james_practice_code = excluded.james_practice_code,
        active = excluded.active,
        link_date = excluded.link_date,
        first_sync_date = excluded.first_sync_date,
        backfill = excluded.backfill;
