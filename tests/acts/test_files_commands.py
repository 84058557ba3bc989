"""`check-files` by Airflow's own connections, and `download-files`: what a person has of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from exact_online import cli
from exact_online.failures import NotReady
from exact_online.ledger import LedgerClock
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.purge import purge
from simulator import excel_import
from tests.link.handed_over import handed_over
from tests.link.small import Place, SmallLink
from tests.night.test_hand_over import BEFORE_LINK

CODE = "noorderlicht"
MOST_CALLS = 3
"""Of a check: changed lines, removed lines, and a token that may be renewed."""


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLink]:
    """Two invoices in one workbook, and connections as Airflow has them."""
    with handed_over(small_place, monkeypatch) as small:
        address = small_place.ledger_dsn.partition("?")[0].replace("postgresql://", "postgres://")
        monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", address)
        monkeypatch.setenv(CONNECTION_VARIABLE, small_place.ledger_dsn)
        yield small


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), catch_exceptions=False)


def calls(link: SmallLink) -> int:
    return sum(link.world.auditor.calls_per_minute.values())


def test_check_files_reads_exact_now_and_writes_nothing_there(link: SmallLink) -> None:
    (file,) = link.ledger.exports.files(CODE)
    writes = link.writes()
    assert run("check-files", CODE).output == f"{file.file_name}: 0 there, 2 missing, 0 different\n"
    done = excel_import.load(link.division, file.content or b"", excel_import.SALES, link.world.user.id)
    assert done.rejected == {}
    writes_by_hand = link.writes()
    before = calls(link)
    result = run("check-files", CODE)
    assert (result.output, result.exit_code) == (f"{file.file_name}: 2 there, 0 missing, 0 different\n", 0)
    assert writes_by_hand == link.writes() == writes
    kept = link.ledger.conn.execute("select found, missing from export_check").fetchall()
    assert [tuple(row.values()) for row in kept] == [(2, 0)]
    assert calls(link) - before <= MOST_CALLS


def test_check_files_of_no_practice_is_a_clear_sentence(link: SmallLink) -> None:
    with pytest.raises(NotReady, match="nobody"):
        run("check-files", "nobody")


def test_download_files_gives_each_hand_over_as_it_was_made(link: SmallLink, tmp_path: Path) -> None:
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    result = run("download-files", CODE, "--out", str(tmp_path))
    assert result.exit_code == 0
    rows = link.ledger.conn.execute("select set_id::text, file_name, sha256 from export_file").fetchall()
    assert len({row["set_id"] for row in rows}) == 2
    written = {
        (path.parent.name, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in tmp_path.rglob("*.xlsx")
    }
    assert written == {(row["set_id"], row["file_name"], row["sha256"]) for row in rows}
    assert sorted(result.output.split()) == sorted(map(str, tmp_path.rglob("*.xlsx")))
    looked = link.ledger.conn.execute("select subject from access_log").fetchall()
    assert [row["subject"] for row in looked] == ["werkmap:alle"]


def test_download_files_says_which_are_past_their_term(link: SmallLink, tmp_path: Path) -> None:
    conn = link.ledger.conn
    conn.execute("alter table export_file disable trigger export_file_is_kept")
    conn.execute("update export_file set created_at = created_at - interval '91 days'")
    conn.execute("alter table export_file enable trigger export_file_is_kept")
    purge(link.ledger, LedgerClock(link.ledger.session))
    names = sorted(row["file_name"] for row in conn.execute("select file_name from export_file").fetchall())
    result = run("download-files", CODE, "--out", str(tmp_path))
    assert sorted(result.output.splitlines()) == [f"{name}: past its term, erased" for name in names]
    assert list(tmp_path.iterdir()) == []


def test_by_command_the_next_hand_over_is_xml_and_the_first_stays_a_workbook(
    link: SmallLink, tmp_path: Path
) -> None:
    assert run("hand-over-format", CODE, "xml", "--by", "Anna").output == "Version 2 of the settings.\n"
    assert run("hand-over-format", CODE, "xml", "--by", "Anna").output == "It was so already.\n"
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    files = link.ledger.exports.files(CODE)
    assert [file.file_name.rpartition(".")[2] for file in files] == ["xlsx", "xml"]
    run("download-files", CODE, "--out", str(tmp_path))
    for file in files:
        content = (tmp_path / file.set_id / file.file_name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert run("check-files", CODE).output.count("missing") == 2
