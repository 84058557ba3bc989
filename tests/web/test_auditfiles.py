"""An auditfile dropped on a page, and the file of a year downloaded, after real nights (B4)."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from typer.testing import CliRunner

from exact_online.cli import app
from exact_online.ledger import Ledger
from exact_online.web import uploads
from exact_online.web.routes import auditfiles
from simulator.accounting import sales
from simulator.auditfile import Choice, auditfile
from tests.stage import staged

PRACTICE = "noorderlicht"
PAGE = f"/practices/{PRACTICE}/auditfile"


def now_of(ledger: Ledger) -> object:
    row = ledger.conn.execute("select now() as now").fetchone()
    assert row is not None
    return row["now"]


def test_a_file_is_dropped_and_read_and_a_year_is_downloaded(
    client: TestClient,
    sign_in: Callable[[str], None],
    ledger: Ledger,
    ledger_dsn: str,
    demo_james_dsn: str,
    tmp_path: Path,
) -> None:
    """A night, an amount that somebody changed, the export, and what the page says of it."""
    sign_in("user")
    with staged(demo_james_dsn, ledger_dsn) as stage:
        stage.run(PRACTICE)
        division = stage.world.division(PRACTICE)
        with stage.world.lock:
            entry = next(iter(division["SalesEntries"]))
            line = sales.lines_of(division, entry["EntryID"])[0]
            sales.change_line(division, line, {"AmountFC": line["AmountFC"] + 1}, None)
            stage.world.clock.freeze(now_of(ledger))  # type: ignore[arg-type]
            year = max(row["FinancialYear"] for row in division["TransactionLines"])
            content = auditfile(division, Choice(year))
    answer = client.post(PAGE, files={"file": ("export.xaf", content)})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].partition("/practices")[2]
    page = client.get(f"/practices{address}").text
    assert page.count("ander bedrag") == 2
    assert f"Factuur {entry['YourRef']} (boekstuk {entry['EntryNumber']} in dagboek" in page
    assert "is geboekt voor €" in page
    assert client.get(f"/practices{address}?kind=missing").text.count('<th scope="row">') == 0
    book = load_workbook(io.BytesIO(client.get(f"/practices{address}/workbook").content))
    rows = list(book["Verschillen"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1]) for row in rows] == [("ander bedrag", entry["YourRef"])]
    assert client.get(f"{PAGE}/00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get(f"{PAGE}/geen").status_code == 404
    # The file of the year
    zipped = client.get(f"/practices/{PRACTICE}/year-file", params={"year": year})
    packed = zipfile.ZipFile(io.BytesIO(zipped.content))
    sums = [line.split("  ") for line in packed.read("SHA256SUMS").decode().splitlines()]
    assert [hashlib.sha256(packed.read(name)).hexdigest() for _, name in sums] == [
        digest for digest, _ in sums
    ]
    assert client.get(f"/practices/{PRACTICE}/year-file", params={"year": 2001}).status_code == 404
    looked = ledger.conn.execute("select who, subject from access_log").fetchall()
    assert f"jaarbestand:{year}" in str(looked)
    # The same by commands
    file, out, zip_file = tmp_path / "export.xaf", tmp_path / "uit.xlsx", tmp_path / "jaar.zip"
    file.write_bytes(content)
    ran = CliRunner().invoke(app, ["auditfile", PRACTICE, str(file), "--by", "Anna", "--out", str(out)])
    assert ran.exit_code == 1
    assert "1 verschillen." in ran.output
    assert load_workbook(out).sheetnames == ["Vergelijking", "Verschillen", "Andere boekingen"]
    ran = CliRunner().invoke(app, ["year-file", PRACTICE, str(year), "--by", "Anna", "--out", str(zip_file)])
    assert ran.exit_code == 0, ran.output
    assert zipfile.is_zipfile(zip_file)
    assert zip_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"file": ("x.xaf", b"<html/>")}, "Dit is geen auditfile van versie 3.2 of 4.0."),
        ({"file": ("", b"")}, "Kies eerst de auditfile."),
    ],
)
def test_a_file_that_can_not_be_compared_is_a_sentence(
    client: TestClient,
    sign_in: Callable[[str], None],
    listed: None,
    files: dict[str, tuple[str, bytes]],
    words: str,
) -> None:
    sign_in("user")
    answer = client.post(PAGE, files=files)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.fixture
def listed(ledger: Ledger, ledger_dsn: str) -> None:
    """A practice whose division's lists were read once."""
    ledger.practices.add(code=PRACTICE, name="Noorderlicht", james_practice_code="N", day=dt.date(2026, 1, 1))
    with psycopg.connect(ledger_dsn) as conn:
        conn.execute(
            "insert into exact_sync.exact_list (practice, list_name, rows) values (%s, 'gl_accounts', '[]')",
            [PRACTICE],
        )


def test_one_file_at_a_time(client: TestClient, sign_in: Callable[[str], None], listed: None) -> None:
    sign_in("user")
    with auditfiles._one_at_a_time:
        answer = client.post(PAGE, files={"file": ("x.xaf", b"<html/>")})
    assert answer.status_code == 503
    assert "Er wordt al een auditfile vergeleken." in answer.text


def test_only_an_auditfile_may_be_large(
    client: TestClient, sign_in: Callable[[str], None], listed: None
) -> None:
    """Six megabytes are too much for a workbook, and no problem here."""
    sign_in("admin")
    large = {"file": ("x.xaf", b"<" * 6_000_000)}
    assert (
        client.post(f"/practices/{PRACTICE}/settings/upload", files={"workbook": large["file"]}).status_code
        == 413
    )
    assert client.post(PAGE, files=large).status_code == 422
    assert uploads.MAX_AUDITFILE_BYTES > 100 * 1024**2


def test_nothing_is_read_of_who_may_not(
    client: TestClient, sign_in: Callable[[str], None], listed: None
) -> None:
    sign_in("viewer")
    assert client.post(PAGE, files={"file": ("x.xaf", b"<html/>")}).status_code == 403
    assert 'type="file"' not in client.get(PAGE).text
