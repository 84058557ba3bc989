"""The demo's links and ledger when its server was started again on the same address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.demo import link
from dev.demo.ledger import opened_ledger, prepare
from dev.demo.practices import demo_settings, practices
from dev.local.ports import free_port
from exact_online.api.grants import App
from simulator import running, world_from_seed
from simulator.world import World
from tests.api.chains import KEYS
from tests.ledger_cases import keep_relation

SECRET = "s" * 20


@pytest.fixture
def port() -> int:
    return free_port()


def new_world() -> World:
    """A server that was started (again): new books, same app."""
    world = world_from_seed(demo_settings())
    world.limits.off()
    world.authority.apps.clear()
    world.register_app("a" * 32, SECRET, link.REDIRECT_URI)
    return world


def chains(dsn: str) -> set[tuple[str | None, int | None]]:
    with opened_ledger(dsn) as ledger:
        found = [ledger.practices.get(practice.code) for practice in practices()]
        return {(practice.chain_id, practice.division) for practice in found}


def schemas(dsn: str) -> Iterator[str]:
    with opened_ledger(dsn) as ledger:
        rows = ledger.conn.execute("select nspname from pg_namespace where nspname like 'exact_sync%'")
        yield from (row["nspname"] for row in rows)


def test_links_that_work_stay_as_they_are(ledger_dsn: str, capfd: pytest.CaptureFixture[str]) -> None:
    with running(world := new_world()) as url:
        app = App(url, "a" * 32, SECRET)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        before, asked = chains(ledger_dsn), len(world.authority.token_answers)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        assert chains(ledger_dsn) == before
        assert len(world.authority.token_answers) == asked
    assert "given anew" not in capfd.readouterr().err


def test_a_server_that_forgot_our_tokens_gets_a_new_consent(
    ledger_dsn: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """B5: the divisions and all that was booked stay."""
    with running(world := new_world()) as url:
        app = App(url, "a" * 32, SECRET)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        before = chains(ledger_dsn)
        for user in list(world.users):
            world.authority.withdraw(user)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        assert chains(ledger_dsn) == before
        with opened_ledger(ledger_dsn) as ledger:
            found = ledger.practices.get(practices()[0].code)
            assert link.is_linked(ledger, found, app, KEYS)
    assert "consent was given anew" in " ".join(capfd.readouterr().err.split())
    assert list(schemas(ledger_dsn)) == ["exact_sync"]


def test_a_server_with_new_books_gets_a_new_ledger_and_the_old_one_is_kept(
    ledger_dsn: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with running(world := new_world()) as url:
        app = App(url, "a" * 32, SECRET)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        for user in list(world.users):
            world.authority.withdraw(user)
        with opened_ledger(ledger_dsn) as ledger:
            code = practices()[0].code
            keep_relation(ledger, code)
        prepare(ledger_dsn, app, KEYS, link.REDIRECT_URI)
        with opened_ledger(ledger_dsn) as ledger:
            assert link.is_linked(ledger, ledger.practices.get(code), app, KEYS)
            assert ledger.conn.execute("select 1 from relation").fetchone() is None
    assert len(list(schemas(ledger_dsn))) == 2
    assert "Its books are new" in " ".join(capfd.readouterr().err.split())
