"""The auditfile that the simulator exports is one by the published schema, and has all entries."""

from __future__ import annotations

import io
from typing import get_args

import pytest
import pyxaf
import requests

from simulator import World, running
from simulator.auditfile import Choice, Version, auditfile
from tests.simulator.books import Client

VERSIONS = get_args(Version)


def fill(exact: Client) -> None:
    """One sales entry, a credit of it, a general journal entry, and a name that XML must escape."""
    exact.book(exact.line(100.0, "2"), YourRef="1 & 2")
    exact.book(exact.line(-100.0, "2"), YourRef="C3")
    exact.post("generaljournalentry/GeneralJournalEntries", exact.journal_entry())
    exact.post("crm/Accounts", {"Name": "<Jansen & \x02Zn>", "Status": "C"})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_is_valid_by_the_published_schema(exact: Client, version: Version) -> None:
    fill(exact)
    content = auditfile(exact.division, Choice(2026, version))
    report = pyxaf.validate(io.BytesIO(content), xsd=True)
    assert [str(finding) for finding in report.errors] == []
    assert "L4x xsd" in report.checked
    assert "L6 totals" in report.checked
    assert report.stats["lines"] == len(list(exact.division["TransactionLines"])) > 0


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_is_given_on_the_pages(world: World, exact: Client, version: Version) -> None:
    fill(exact)
    with running(world) as url:
        address = f"{url}/boeken/{exact.division.code}/auditfile"
        answer = requests.get(address, {"jaar": 2026, "versie": version}, timeout=10)
        missing = requests.get(address, {"jaar": 1999}, timeout=10)
    assert answer.content == auditfile(exact.division, Choice(2026, version))
    assert missing.status_code == 404
