"""The accountant's settings agree with the division and with the manual (M8, M10-M13, M18, M22)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from dev.demo.practices import Practice, demo_settings, practice_rows, practices, settings_document

BY_PRACTICE: dict[str, dict[str, Any]] = {
    division["practice"]: division for division in demo_settings()["practices"]
}
each_practice = pytest.mark.parametrize("known", practices(), ids=lambda known: known.code)


def codes(division: dict[str, Any], resource: str) -> dict[str, dict[str, Any]]:
    rows = division[resource]
    by_code = {row["Code"]: row for row in rows}
    assert len(by_code) == len(rows)
    return by_code


@each_practice
def test_every_delivered_code_is_in_the_division(known: Practice) -> None:
    """M22"""
    document, division = settings_document(known), BY_PRACTICE[known.code]
    accounts = codes(division, "GLAccounts")
    assert accounts[document["receivables_account"]]["Type"] == 20
    assert {accounts[account]["Type"] for account in document["suspense_accounts"].values()} == {90}
    assert {accounts[cell["account"]]["Type"] for cell in document["revenue_accounts"]} == {110}
    assert codes(division, "Journals")[document["sales_journal"]]["Type"] == 20
    assert (
        codes(division, "Journals")[document["general_journal"]] | {"Type": 90, "AllowVAT": True}
        == codes(division, "Journals")["90"]
    )
    assert set(document["vat_codes"].values()) == set(codes(division, "VATCodes"))
    assert set(document["payment_conditions"].values()) == set(codes(division, "PaymentConditions"))


@each_practice
def test_a_profession_has_twelve_accounts_of_its_own(known: Practice) -> None:
    """M8"""
    cells = settings_document(known)["revenue_accounts"]
    assert len(cells) == 12 * len(known.professions)
    assert len({cell["account"] for cell in cells}) == len(cells)


@each_practice
def test_every_vat_code_has_a_vat_account_and_every_condition_is_on_credit(known: Practice) -> None:
    """M11, M13"""
    division = BY_PRACTICE[known.code]
    accounts = codes(division, "GLAccounts")
    assert {accounts[code["GLToPayCode"]]["Type"] for code in division["VATCodes"]} == {24}
    assert [code["Percentage"] for code in division["VATCodes"]] == [0, 0.09, 0.21]
    assert {condition["PaymentMethod"] for condition in division["PaymentConditions"]} == {"B"}
    assert len(division["PaymentConditions"]) == 7


def test_the_practices_have_excluding_including_and_mixed_codes() -> None:
    """M11"""
    assert [{code["Type"] for code in division["VATCodes"]} for division in BY_PRACTICE.values()] == [
        {"E"},
        {"I"},
        {"E", "I"},
    ]


@each_practice
def test_codes_fit_exact(known: Practice) -> None:
    """Exact stores three characters of a VAT code."""
    assert all(len(setting.code) <= 3 for setting in known.vat_codes.values())
    assert all(len(code) <= 3 for code in known.payment_conditions.values())


def test_rows_fit_the_registry() -> None:
    assert [
        (row["code"], row["backfill"], str(row["first_sync_date"]), str(row["link_date"]))
        for row in practice_rows()
    ] == [
        ("noorderlicht", "import", "2026-09-01", "2026-10-01"),
        ("de_brug", "nothing", "2026-10-01", "2026-10-01"),
        ("loopwinkel", "excel", "2026-08-01", "2026-10-01"),
    ]


def test_the_command_prints_the_document_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dev.demo.practices"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == demo_settings()
    assert done.stderr == ""
