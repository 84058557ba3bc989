"""Workbooks under a URL of object storage: written before they are visible, read back by their
hash, and removed with their term, an erasure, or a crash in between (C5, B7).
"""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exact_online import cli
from exact_online.failures import NotReady
from exact_online.ledger import LedgerClock
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.night import history
from exact_online.night.context import Night
from exact_online.purge import purge
from exact_online.reasons import cure
from exact_online.stops import Stop
from exact_online.tasks.workbook_store import (
    URL_VARIABLE,
    ObjectStore,
    content_of,
    remove_orphans,
    workbook_store,
)
from simulator import excel_import
from tests.faults.crashes import SimulatedCrash, dying_at, points_of
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.night.test_hand_over import BEFORE_LINK

__all__ = ["link", "small_place"]

CODE = "noorderlicht"
DAYS = (BEFORE_LINK, BEFORE_LINK + dt.timedelta(1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(URL_VARIABLE, f"file://{tmp_path}/workbooks/")
    return tmp_path / "workbooks"


@pytest.fixture
def ready(link: SmallLink, folder: Path) -> SmallLink:
    """A debtor that is booked and two invoices of before the link."""
    link.james.debtor("1001")
    link.night()
    for number in (2600001, 2600002):
        link.james.invoice(number, "1001", day=BEFORE_LINK)
    return link


def hand_over(link: SmallLink, name: str, store: ObjectStore | None = None) -> None:
    tonight = link.opened(name)
    older = history.for_history(tonight, link.night_of)
    with_store: Night = replace(older, workbooks=store or workbook_store())
    history.hand_over_history(with_store, link.james_reader, DAYS, BOOK_DAY)


def objects(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def grow_old(link: SmallLink, folder: Path, days: int) -> None:
    conn = link.ledger.conn
    conn.execute("alter table export_file disable trigger export_file_is_kept")
    conn.execute("update export_file set created_at = created_at - %s", [dt.timedelta(days)])
    conn.execute("alter table export_file enable trigger export_file_is_kept")
    for path in folder.rglob("*.x[lm][sl]*"):
        moment = path.stat().st_mtime - days * 86_400
        os.utime(path, (moment, moment))


def swept(link: SmallLink) -> int:
    store = workbook_store()
    assert store is not None
    return remove_orphans(link.ledger, store, LedgerClock(link.ledger.session).now())


def test_the_ledger_has_the_place_and_the_store_has_the_bytes(ready: SmallLink, folder: Path) -> None:
    hand_over(ready, "excel")
    assert set(ready.ledger.exports.locations()) == objects(folder)
    (file,) = ready.ledger.exports.files(CODE)
    assert file.content is None
    content = content_of(file.content, file.location, file.sha256)
    assert content is not None
    assert zipfile.ZipFile(folder / str(file.location)).testzip() is None
    assert content == (folder / str(file.location)).read_bytes()


def test_the_commands_and_nothing_else_read_what_was_handed_over(
    ready: SmallLink, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over(ready, "excel")
    monkeypatch.setenv(CONNECTION_VARIABLE, ready.place.ledger_dsn)
    out = tmp_path / "out"
    assert CliRunner().invoke(cli.app, ["download-files", CODE, "--out", str(out)]).exit_code == 0
    assert {path.name for path in out.rglob("*.xlsx")} == {path.name for path in folder.rglob("*.xlsx")}
    (file,) = ready.ledger.exports.files(CODE)
    (folder / str(file.location)).write_bytes(b"PK something else")
    with pytest.raises(NotReady) as altered:
        content_of(None, file.location, file.sha256)
    assert altered.value.problems[0][0] == Stop.WORKBOOK_ALTERED


@pytest.mark.parametrize("wanted", ["xlsx", "xml"])
def test_a_crash_before_the_commit_leaves_objects_that_nobody_sees_and_a_day_later_none(
    ready: SmallLink, folder: Path, wanted: str
) -> None:
    ready.setting(hand_over_format=wanted)
    ready.night()  # the first with these settings looks at more than later ones
    tonight = "excel"
    reached = points_of(lambda: hand_over(ready, "counted"))
    last = max(place for place, point in enumerate(reached) if point.startswith("within hand-over"))
    first = objects(folder)
    for number in (2600003, 2600004):
        ready.james.invoice(number, "1001", day=BEFORE_LINK)
    with dying_at(last) as died_at, suppress(SimulatedCrash):
        hand_over(ready, tonight)
    assert died_at
    ready.die()
    orphans = objects(folder) - first
    assert any(place.endswith(f".{wanted}") for place in orphans)
    assert set(ready.ledger.exports.locations()) == first
    assert swept(ready) == 0  # they are young: their row might be about to be committed
    hand_over(ready, tonight)
    kept = set(ready.ledger.exports.locations())
    assert len(ready.ledger.exports.files(CODE)) == 2
    others = {f"{CODE}/notes.xlsx", "elsewhere/00000000-0000-0000-0000-000000000000/a.xlsx"}
    for other in others:
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / other).write_bytes(b"of somebody else")
    grow_old(ready, folder, 2)
    assert swept(ready) == len(orphans)
    assert objects(folder) == kept | others


def test_an_erasure_removes_the_objects_at_once(
    ready: SmallLink, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control workbook has no names, and stays."""
    hand_over(ready, "excel")
    (file,) = ready.ledger.exports.files(CODE)
    content = content_of(None, file.location, file.sha256)
    assert content is not None
    done = excel_import.load(ready.division, content, excel_import.SALES, ready.world.user.id)
    assert done.rejected == {}
    assert ready.night(backfill="nothing").items == []
    monkeypatch.setenv(CONNECTION_VARIABLE, ready.place.ledger_dsn)
    asked = ["erase", CODE, "debiteur:1001", "--by", "Anna", "--reason", "verzoek"]
    result = CliRunner().invoke(cli.app, asked, catch_exceptions=False)
    assert "2 workbook(s) were emptied" in result.output
    (left,) = objects(folder)
    assert "leesmij" in left
    assert ready.ledger.exports.locations() == [left]


def test_what_is_past_its_term_leaves_the_store_too(ready: SmallLink, folder: Path) -> None:
    hand_over(ready, "excel")
    grow_old(ready, folder, 89)
    purge(ready.ledger, LedgerClock(ready.ledger.session))
    assert swept(ready) == 0
    assert objects(folder)
    grow_old(ready, folder, 2)
    purge(ready.ledger, LedgerClock(ready.ledger.session))
    assert swept(ready) == 3
    assert objects(folder) == set()


def test_a_store_that_can_not_be_reached_is_a_named_failure_and_the_task_is_cleared(
    ready: SmallLink, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("where a folder should be")
    with pytest.raises(NotReady) as failure:
        hand_over(ready, "excel", ObjectStore(f"file://{tmp_path}/a file"))
    code, _ = failure.value.problems[0]
    assert code == Stop.WORKBOOK_STORE_UNREACHABLE
    assert "EXACT_ONLINE_WORKBOOKS_URL" in cure(code, "nl")
    assert "exported" not in ready.states().values()
    assert ready.ledger.exports.files(CODE) == []
    hand_over(ready, "excel")
    assert list(ready.states().values()).count("exported") == 2
