"""The demo's James is like a real one, and has every kind of invoice that a night must handle."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dev.demo.james import SEED, Size, create_james, fill_james
from dev.demo.practices import practices
from dev.local.postgres import Server
from tests.conftest import WORKER

Connection = psycopg.Connection[Any]
FINAL = """
    with final as (
        select praktijk_id, 'factuur' as kind, factuur_id as id, factuurnummer, gefactureerd_op,
               betalingsconditie, totaalbedrag, crediteert_factuur_id as credited
        from james.factuur where status <> 'te factureren'
        union all
        select praktijk_id, 'declaratie', declaratie_id, factuurnummer, gefactureerd_op,
               betalingsconditie, totaalbedrag, crediteert_declaratie_id
        from james.declaratie where status <> 'te factureren')"""
LIVE = """
    from final where praktijk_id = %(place)s and gefactureerd_op >= '2026-10-01 00:00 Europe/Amsterdam'"""
CODES = [practice.code for practice in practices()]


@pytest.fixture
def empty_dsn(postgres: Server) -> Iterator[str]:
    name = f"empty_james_{WORKER}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def ask(james: Connection, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query on `final`: all final invoices and claims."""
    return james.execute((FINAL + query).encode(), parameters).fetchall()


def contents(james: Connection) -> dict[str, str]:
    """Return table -> a digest of its rows."""
    tables = james.execute("select tablename from pg_tables where schemaname = 'james' order by 1").fetchall()
    count = "select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {} as t"
    found = {}
    for (table,) in tables:
        row = james.execute(sql.SQL(count).format(sql.Identifier("james", table))).fetchone()
        assert row
        found[table] = row[0]
    return found


def test_the_same_seed_gives_the_same_rows(james: Connection, empty_dsn: str) -> None:
    with psycopg.connect(empty_dsn) as connection:
        create_james(connection)
        fill_james(connection, seed=SEED)
        assert contents(connection) == contents(james)


def test_a_practice_alone_has_the_same_invoices(james: Connection, empty_dsn: str) -> None:
    with psycopg.connect(empty_dsn) as connection:
        create_james(connection)
        fill_james(connection, practices()[1:2])
        alone = connection.execute(
            "select count(*), sum(totaalbedrag), min(factuur_id) from james.factuur"
        ).fetchone()
    together = james.execute(
        "select count(*), sum(totaalbedrag), min(factuur_id) from james.factuur where praktijk_id = 2"
    ).fetchone()
    assert alone == together


def test_a_size_sets_the_number_of_invoices(empty_dsn: str) -> None:
    with psycopg.connect(empty_dsn) as connection:
        create_james(connection)
        assert fill_james(connection, size=Size(invoices=5_000)) == pytest.approx(5_000 * 4.31, rel=0.02)


def test_a_second_james_in_one_database_fails_with_a_clear_sentence(demo_james_dsn: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dev.demo.james", "--dsn", demo_james_dsn],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "This database holds a James already: name an empty one, or drop the schema james first.\n"
    )


def test_every_foreign_key_has_its_row(james: Connection) -> None:
    """The generator turns off the database's own check of foreign keys."""
    keys = james.execute(
        "select conrelid::regclass::text, conkey[1], confrelid::regclass::text, confkey[1] from pg_constraint"
        " where contype = 'f' and connamespace = 'james'::regnamespace"
    ).fetchall()
    assert len(keys) > 20
    for table, column, other, other_column in keys:
        names = "select attname from pg_attribute where attrelid = %s::regclass and attnum = %s"
        (child,), (parent,) = (
            james.execute(names, pair).fetchone() or ("",)
            for pair in ((table, column), (other, other_column))
        )
        question = sql.SQL(
            "select count(*) from {} where {} is not null and {} not in (select {} from {})"
        ).format(
            sql.SQL(table),
            sql.Identifier(child),
            sql.Identifier(child),
            sql.Identifier(parent),
            sql.SQL(other),
        )
        assert james.execute(question).fetchone() == (0,), table


def test_every_total_is_the_sum_of_its_lines(james: Connection) -> None:
    wrong = """
        select id from final left join lateral (
            select bedrag from james.factuurregel where kind = 'factuur' and factuur_id = id
            union all
            select bedrag from james.declaratieregel where kind = 'declaratie' and declaratie_id = id
        ) as line on true
        group by kind, id, totaalbedrag having sum(bedrag) is distinct from totaalbedrag"""
    assert ask(james, wrong) == []


def test_invoice_numbers_fit_an_entry_number_and_are_used_once(james: Connection) -> None:
    """M17: one number series for invoices and claims, per practice."""
    twice = " select 1 from final group by praktijk_id, factuurnummer having count(*) > 1"
    too_long = " select factuurnummer from final where factuurnummer !~ '^202[56]0[0-9]{5}$'"
    other_year = " select 1 from final where left(factuurnummer, 4) <> to_char(gefactureerd_op, 'YYYY')"
    for wrong in (twice, too_long, other_year):
        assert ask(james, wrong) == []


def test_only_drafts_have_no_number(james: Connection) -> None:
    for table in ("factuur", "declaratie"):
        question = sql.SQL("select count(*), count(factuurnummer) from {} where status = 'te factureren'")
        drafts, numbered = james.execute(question.format(sql.Identifier("james", table))).fetchone() or (0, 0)
        assert drafts > 3
        assert numbered == 0
    assert ask(james, " select 1 from final where factuurnummer is null or gefactureerd_op is null") == []


def test_a_credit_is_on_the_same_side_of_each_start_date_as_its_original(james: Connection) -> None:
    """FR-G5: so the original is booked in the same night or in an earlier one."""
    borders = {
        "synced": [known.first_sync_date for known in practices()],
        "linked": [known.link_date for known in practices()],
    }
    apart = """
        select c.id from final as c inner join final as o on c.kind = o.kind and c.credited = o.id
        inner join unnest(%(synced)s::date[], %(linked)s::date[])
            with ordinality as b (synced, linked, place) on c.praktijk_id = place
        where c.gefactureerd_op <= o.gefactureerd_op
        or c.totaalbedrag >= 0 or -c.totaalbedrag > o.totaalbedrag
        or (c.gefactureerd_op >= synced) <> (o.gefactureerd_op >= synced)
        or (c.gefactureerd_op >= linked) <> (o.gefactureerd_op >= linked)"""
    assert ask(james, apart, **borders) == []
    assert ask(james, " select 1 from final where credited is null and totaalbedrag <= 0") == []


@pytest.mark.parametrize("place", [1, 2, 3], ids=CODES)
def test_each_practice_has_every_way_to_pay_from_its_link_date(place: int, james: Connection) -> None:
    """M4, M13"""
    shown = {
        condition for (condition,) in ask(james, "select distinct betalingsconditie" + LIVE, place=place)
    }
    assert {"PIN", "CONTANT", "INCASSO", "14D", "30D"} <= shown
    if place == 1:
        assert len(shown) == 7


@pytest.mark.parametrize(("place", "invoices"), [(1, 60), (2, 15), (3, 50)], ids=CODES)
def test_a_first_night_is_small(place: int, invoices: int, james: Connection) -> None:
    """At 60 calls a minute the demo must end in minutes."""
    [(count, credits)] = ask(james, "select count(*), count(credited)" + LIVE, place=place)
    assert count == invoices + credits
    assert credits >= 1


def test_one_invoice_mixes_professions_and_vat_rates(james: Connection) -> None:
    """FR-G21"""
    mixed = james.execute(
        "select count(*) from (select 1 from james.factuurregel group by factuur_id"
        " having count(distinct professie_id) > 1 and count(distinct btw_percentage) > 1) as t"
    ).fetchone()
    assert mixed
    assert mixed[0] > 10


def test_there_are_whole_and_partial_credits_and_discounts(james: Connection) -> None:
    """FR-G7, FR-G10"""
    credits = ask(
        james,
        " select c.totaalbedrag = -o.totaalbedrag from final as c"
        " inner join final as o on c.kind = o.kind and c.credited = o.id",
    )
    assert {whole for (whole,) in credits} == {True, False}
    discounts = james.execute(
        "select count(*) from james.factuurregel where omschrijving = 'Korting' and bedrag < 0"
    ).fetchone()
    assert discounts
    assert discounts[0] > 5


def test_other_practices_can_be_made(empty_dsn: str) -> None:
    """A test over many practices describes its own."""
    own = [
        replace(
            practices()[2], code=f"own_{n}", james_practice_code=f"X{n}", professions={"ergotherapie": 8000}
        )
        for n in range(3)
    ]
    with psycopg.connect(empty_dsn) as connection:
        create_james(connection)
        fill_james(connection, own)
        made = connection.execute(
            "select count(distinct praktijk_id), count(distinct praktijk_id || factuurnummer) > 300"
            " from james.factuur"
        )
        assert made.fetchone() == (3, True)
