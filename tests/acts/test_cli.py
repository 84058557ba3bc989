"""The command line: lists, acts, and one sentence for what is wrong."""

from __future__ import annotations

import datetime as dt

import pytest
from typer.testing import CliRunner, Result

from exact_online import cli
from exact_online.failures import NotReady
from exact_online.migrations import CONNECTION_VARIABLE
from tests.link.small import SmallLink
from tests.report import hands


@pytest.fixture
def removed(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> SmallLink:
    """An invoice that was removed in Exact, and a rejected one."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    link.james.invoice(2, "1001", (1000, 17, "tariff"))
    link.night()
    hands.remove(link, 1)
    link.night()
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)
    return link


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments))


def test_what_is_open_is_listed(removed: SmallLink) -> None:
    items, differences = run("items", "noorderlicht").output, run("differences", "noorderlicht").output
    assert "factuur:2: " in items
    assert "1 open." in items
    assert "factuur:1 (invoice 1): gone_in_exact, James 10.00, Exact 0.00, since " in differences


def test_an_act_is_done_in_the_name_of_a_person(removed: SmallLink) -> None:
    result = run("book-again", "noorderlicht", "factuur:1", "--by", "Anna", "--reason", "per ongeluk")
    assert (result.output, result.exit_code) == ("Done: act 1.\n", 0)
    removed.night()
    assert len(removed.entries(1)) == 1


def test_a_workbook_is_listed_and_taken_back(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=dt.date(2026, 9, 15))
    link.night(backfill="excel")
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)
    name, _, rest = run("files", "noorderlicht").output.partition(": ")
    assert rest.startswith("1 invoices, 10.00, made on ")
    result = run("take-back-file", "noorderlicht", name, "--by", "Anna", "--reason", "niet geimporteerd")
    assert (result.output, result.exit_code) == ("Done: act 1.\n", 0)
    assert run("files", "noorderlicht").output.endswith(", taken back by Anna\n")


def test_a_wrong_key_is_a_clear_sentence(removed: SmallLink) -> None:
    result = run("close", "noorderlicht", "factuur:99", "--by", "Anna", "--reason", "x")
    assert result.exit_code != 0
    assert "has no record 'factuur:99'. Keys are written as factuur:123" in str(result.exception)


def test_no_address_is_a_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONNECTION_VARIABLE, raising=False)
    with pytest.raises(NotReady, match=CONNECTION_VARIABLE), cli.opened_ledger():
        pass
