"""C7, FR-G13: an entry that Exact made for another total, through runs and the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from exact_online import cli
from exact_online.migrations import CONNECTION_VARIABLE
from tests.cures.walk import Walk, patched
from tests.link.fixtures import small_place
from tests.link.small import SmallLink
from tests.load.test_stopped import NUMBERS, link
from tests.report import hands

__all__ = ["link", "small_place"]


def test_the_entry_and_the_vat_code_are_put_right_and_a_person_says_go(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, link)
    walk = Walk(link, caplog)
    walk.all()
    assert "load_entries" in walk.red, walk.lines
    stop = walk.lines["load_entries"]
    assert stop[0].startswith("Exact boekte factuur 2600001 voor 142,00 in plaats van 121,00;")
    assert "python -m exact_online go-on" in stop[1]
    told = [line for lines in walk.lines.values() for line in lines if "[made_otherwise]" in line]
    assert told, walk.lines
    assert "boekstuk en btw-codes" in told[0]

    link.world.switches.set("vat_including_sales_lines", "gross")
    hands.change_amount(link, 2600001, 121.0)
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)
    go = ["go-on", link.practice.code, "--by", "Anna", "--reason", "btw-code verbeterd"]
    assert CliRunner().invoke(cli.app, go).output == "Done: act 1.\n"
    walk.clear(walk.to_clear("load_entries"))
    assert walk.red == set(), walk.lines
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 1, 1]
    walk.next_night()
    assert walk.red == set(), walk.lines
