"""The intake workbook on the command line, by the same functions as the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dev.demo.practices import settings_document
from exact_online.cli import app
from exact_online.intake import changes_between
from exact_online.ledger import Ledger
from tests.web.test_settings import DEMO, as_delivered, practice

__all__ = ["practice"]


@pytest.fixture
def command(ledger: Ledger) -> CliRunner:
    return CliRunner()


def test_a_workbook_is_written_filled_and_saved(command: CliRunner, ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    done = command.invoke(app, ["workbook", DEMO.code, "--out", str(file)])
    assert (done.exit_code, "0 proposed" in done.output) == (0, True), done.output
    file.write_bytes(as_delivered(file.read_bytes(), vat_low=""))
    wrong = command.invoke(app, ["settings", DEMO.code, str(file), "--by", "Jo"])
    assert wrong.exit_code == 1
    assert "Btw-codes B6: Btw-code laag, 9 % is leeg" in wrong.output
    assert "1 fault(s); nothing was saved." in wrong.output
    file.write_bytes(as_delivered(file.read_bytes()))
    right = command.invoke(app, ["settings", DEMO.code, str(file), "--by", "Jo"])
    assert right.exit_code == 0, right.output
    (version,) = ledger.settings_history.versions(DEMO.code)
    assert (version.changed_by, version.source_file) == ("Jo", "blank.xlsx")
    assert changes_between(settings_document(DEMO), version.settings) == []
    again = command.invoke(app, ["settings", DEMO.code, str(file), "--by", "Jo"])
    assert again.output.startswith("Version 1 ")


def test_a_file_that_is_not_there(command: CliRunner) -> None:
    missing = command.invoke(app, ["settings", DEMO.code, "/nowhere.xlsx", "--by", "Jo"])
    assert missing.exit_code != 0
    assert "can't be read" in str(missing.exception)
