"""One click: the file of a year, with an auditfile by the published schema and no name (B4)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest
import pyxaf

from exact_online.ledger import Ledger
from exact_online.report.auditfile import compare_auditfile
from exact_online.report.year_file import year_file
from tests.link.small import SmallLink

NOW = dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    link.james.debtor("1001", name="Geheim & Zn")
    link.james.invoice(1, "1001", (12100, 21, "article"), (10900, 9, "article"), (1000, 0, "tariff"))
    link.james.invoice(2, "1001", (-12100, 21, "article"))
    link.james.invoice(5, "1001", (5000, 0, "tariff"), condition="PIN")
    assert link.night().items == []
    return link


def packed(link: SmallLink, year: int = 2026) -> zipfile.ZipFile:
    @contextmanager
    def opened() -> Iterator[Ledger]:
        yield link.ledger

    return zipfile.ZipFile(io.BytesIO(b"".join(year_file(opened, link.practice.code, year, NOW, "Anna"))))


def test_the_parts_are_there_and_their_hashes_hold(booked: SmallLink) -> None:
    file = packed(booked)
    stem = f"{booked.practice.code}_2026"
    assert file.namelist() == [
        f"auditfile_{stem}.xaf",
        f"controle_{stem}.xlsx",
        f"instellingen_{stem}.json",
        f"nummers_{stem}.csv",
        "manifest.json",
        "SHA256SUMS",
    ]
    sums = dict(line.split("  ")[::-1] for line in file.read("SHA256SUMS").decode().splitlines())
    assert sums == {
        name: hashlib.sha256(file.read(name)).hexdigest() for name in file.namelist() if name != "SHA256SUMS"
    }
    manifest = json.loads(file.read("manifest.json"))
    assert (manifest["boekingen"], manifest["regels"], manifest["door"]) == (3, 6 + 3 + 2, "Anna")
    assert manifest["debet_centen"] == manifest["credit_centen"] > 0
    assert manifest["bestanden"] == {name: sums[name] for name in file.namelist()[:4]}
    assert "Perioden" in openpyxl.load_workbook(io.BytesIO(file.read(f"controle_{stem}.xlsx"))).sheetnames
    history = json.loads(file.read(f"instellingen_{stem}.json"))
    assert [(row["version"], row["changed_by"]) for row in history] == [(1, "test")]


def test_gaps_in_the_numbers_are_named(booked: SmallLink) -> None:
    text = packed(booked).read(f"nummers_{booked.practice.code}_2026.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    gap = next(row for row in rows if row["Stand"] == "geen factuur van dit jaar in James")
    assert (gap["Eerste"], gap["Laatste"], gap["Aantal"]) == ("3", "4", "2")


def test_the_auditfile_is_valid_by_the_published_schema(booked: SmallLink) -> None:
    """One warning: it has no opening balance, since it has what one program booked."""
    content = packed(booked).read(f"auditfile_{booked.practice.code}_2026.xaf")
    report = pyxaf.validate(io.BytesIO(content), xsd=True)
    assert [str(finding) for finding in report.errors] == []
    assert [finding.code for finding in report.warnings] == ["XAF7006"]
    assert {"L4x xsd", "L5 references", "L6 totals"} <= set(report.checked)
    assert report.stats["transactions"] == 3
    assert b"Geheim" not in content
    assert b"<custSupID>1001</custSupID>" in content


def test_the_file_of_the_link_equals_the_ledger_when_it_is_dropped_there(booked: SmallLink) -> None:
    """What is written reads back as what was booked: accounts, VAT codes, periods and cents."""
    content = packed(booked).read(f"auditfile_{booked.practice.code}_2026.xaf")
    booked.ledger.conn.execute("update booking set booked_at = '2026-12-01' where booked_at is not null")
    practice = booked.ledger.practices.get(booked.practice.code)
    compared = compare_auditfile(booked.ledger, practice, io.BytesIO(content), "Anna")
    assert (compared.numbers["compared"], compared.count) == (3, 0)


def test_a_year_without_bookings_is_an_empty_file(booked: SmallLink) -> None:
    file = packed(booked, 2025)
    assert json.loads(file.read("manifest.json"))["boekingen"] == 0
    assert booked.ledger.year_files.years(booked.practice.code) == [2026]
