"""After the bookkeeper's import: what of each workbook is there, missing or different (C5)."""

from __future__ import annotations

import datetime as dt

import pytest

from exact_online.ledger.exports import FileCheck
from exact_online.tasks.read_back import read_back
from simulator import excel_import
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.night.test_hand_over import BEFORE_LINK
from tests.night.test_hand_over_imported import spoiled

__all__ = ["link", "small_place"]


@pytest.fixture
def handed(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    for number in (2600001, 2600002):
        link.james.invoice(number, "1001", day=BEFORE_LINK)
    assert link.night(backfill="excel").items == []
    return link


def the_file(link: SmallLink) -> tuple[str, bytes]:
    (file,) = link.ledger.exports.files(link.practice.code)
    return file.file_name, file.content or b""


def imports(link: SmallLink, content: bytes) -> None:
    done = excel_import.load(link.division, content, excel_import.SALES, link.world.user.id)
    assert done.rejected == {}


def kept(link: SmallLink) -> tuple[int, int, int, int]:
    (row,) = link.ledger.conn.execute("select * from export_check").fetchall()
    return row["found"], row["missing"], row["different"], row["missing_cents"]


def grow_old(link: SmallLink, days: int) -> None:
    conn = link.ledger.conn
    conn.execute("alter table export_file disable trigger export_file_is_kept")
    conn.execute("update export_file set created_at = created_at - %s", [dt.timedelta(days)])
    conn.execute("alter table export_file enable trigger export_file_is_kept")


def open_files(link: SmallLink) -> list[tuple[str, int]]:
    asked = "select subject, cents from v_open_items where reason = 'workbook_not_imported'"
    return [(row["subject"], row["cents"]) for row in link.ledger.conn.execute(asked).fetchall()]


def test_a_night_finds_what_was_imported_also_before_its_link_date(handed: SmallLink) -> None:
    assert kept(handed) == (0, 2, 0, 2000)
    imports(handed, the_file(handed)[1])
    handed.night(backfill="nothing")
    assert kept(handed) == (2, 0, 0, 0)


def test_what_never_arrives_is_open_after_the_days_that_are_set_until_it_does(handed: SmallLink) -> None:
    name, content = the_file(handed)
    assert open_files(handed) == []
    grow_old(handed, 15)
    assert open_files(handed) == [(name, 2000)]
    handed.setting(handed_over_days=30)
    assert open_files(handed) == []
    handed.setting(handed_over_days=14)
    imports(handed, content)
    assert handed.night(backfill="nothing").items == []
    assert open_files(handed) == []


@pytest.mark.parametrize(("cell", "value"), [("T2", 11.0), ("F2", "16-09-2026"), ("P2", "8000")])
def test_an_amount_a_day_and_an_account_that_differ_are_seen(
    handed: SmallLink, cell: str, value: str | float
) -> None:
    name, content = the_file(handed)
    imports(handed, spoiled(content, cell, value))
    assert read_back(handed.opened("check")) == [FileCheck(name, 1, 0, 1)]
    assert kept(handed) == (1, 0, 1, 0)


def test_a_file_that_was_found_is_not_looked_for_again(
    handed: SmallLink,
) -> None:
    imports(handed, the_file(handed)[1])
    night = handed.opened("check")
    assert [file.missing for file in read_back(night)] == [0]
    assert handed.ledger.exports.read_back(handed.practice.code) == []
    assert len(handed.ledger.exports.read_back(handed.practice.code, every=True)) == 1
