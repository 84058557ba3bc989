"""General journal entries (facts 4.8, 4.9, 4.9a)."""

from __future__ import annotations

import pytest

from tests.simulator.books import Client, Reply

PATH = "generaljournalentry/GeneralJournalEntries"


def post(exact: Client, *lines: dict[str, object], **more: object) -> Reply:
    return exact.post(PATH, exact.journal_entry(*lines, **more))


def test_an_entry_that_balances_is_booked(exact: Client) -> None:
    entry = post(exact).d
    assert exact.booked(entry["EntryID"]) == {"8000": -100.0, "1010": 100.0}
    assert (entry["Type"], entry["Status"], entry["FinancialYear"], entry["FinancialPeriod"]) == (
        90,
        20,
        2026,
        3,
    )


def test_an_entry_that_does_not_balance_is_rejected(exact: Client) -> None:
    reply = post(exact, exact.line(-1000.0, ""), exact.line(0.0, "", "1010"))
    assert (reply.status, reply.text) == (
        500,
        "De boeking is niet in evenwicht op: 2026 / 3 (Type: Overig) - Verschil: EUR -1.000,00",
    )


@pytest.mark.parametrize(
    ("code", "amount", "vat"), [("2", -100.0, -21.0), ("3", -121.0, -21.0), ("2", -100.0, None)]
)
def test_vat_lines_are_generated_and_count_in_the_balance(
    exact: Client, code: str, amount: float, vat: float | None
) -> None:
    entry = post(exact, exact.line(amount, code, AmountVATFC=vat), exact.line(121.0, "", "1010")).d
    assert exact.booked(entry["EntryID"]) == {"8000": -100.0, "1500": -21.0, "1010": 121.0}


def test_each_period_must_balance_by_itself(exact: Client) -> None:
    reply = post(
        exact, exact.line(-1.0, "", Date="2026-01-31"), exact.line(1.0, "", "1010", Date="2026-02-01")
    )
    assert reply.text.split("\r\n")[0].startswith("De boeking is niet in evenwicht op: 2026 / 1")


@pytest.mark.parametrize(
    ("journal", "text"),
    [("70", "Ongeldig: Dagboek"), ("xx", "Ongeldige referentie: Journals"), (None, "Verplicht: Dagboek")],
)
def test_the_journal_must_be_a_general_one(exact: Client, journal: str | None, text: str) -> None:
    assert post(exact, JournalCode=journal).text == text


def test_a_vat_code_needs_a_journal_that_allows_it(exact: Client) -> None:
    lines = exact.line(-100.0, "2"), exact.line(121.0, "", "1010")
    assert post(exact, *lines, JournalCode="91").text == "Niet toegestaan: Btw-code"


def test_the_default_vat_code_of_an_account_counts_too_unless_an_empty_one_is_sent(exact: Client) -> None:
    """Fact 4.9a, last but seventh row."""
    with_default = exact.line(-100.0, account="8021")
    del with_default["VATCode"]
    assert (
        post(exact, with_default, exact.line(100.0, "", "1010"), JournalCode="91").text
        == "Niet toegestaan: Btw-code"
    )
    assert (
        post(exact, exact.line(-100.0, "", "8021"), exact.line(100.0, "", "1010"), JournalCode="91").status
        == 201
    )


def test_a_vat_amount_needs_a_vat_code(exact: Client) -> None:
    assert (
        post(exact, exact.line(-1.0, "", AmountVATFC=-0.21), exact.line(1.21, "", "1010")).text
        == "Verplicht: Btw-code"
    )


def test_a_debtors_line_needs_a_relation_unless_the_switch_frees_it(exact: Client) -> None:
    lines = exact.line(-1.0, ""), exact.line(1.0, "", "1300")
    assert post(exact, *lines).text == "Verplicht: Relatie"
    exact.world.switches.set("journal_line_on_receivables", "free")
    assert post(exact, *lines).status == 201


def test_a_bank_line_is_rejected_unless_the_switch_frees_it(exact: Client) -> None:
    lines = exact.line(-1.0, ""), exact.line(1.0, "", "1100")
    assert post(exact, *lines).text == "Ongeldig: Grootboekrekeningtype"
    exact.world.switches.set("journal_line_on_money_accounts", "free")
    assert post(exact, *lines).status == 201


def test_the_entry_number_is_unique(exact: Client) -> None:
    assert post(exact, EntryNumber=5).d["EntryNumber"] == 5
    assert post(exact, EntryNumber=5).text == "In gebruik: Boekstuknummer"


def test_there_is_no_put_and_a_delete_takes_all_lines(exact: Client) -> None:
    entry = post(exact).d
    path = f"{PATH}(guid'{entry['EntryID']}')"
    assert exact.put(path, {}).status == 405
    assert exact.delete(path).status == 204
    assert len(exact.division["TransactionLines"]) == len(exact.division["GeneralJournalEntryLines"]) == 0


def test_a_closed_period_is_rejected(exact: Client) -> None:
    exact.division.close_period(2026, 3, "90")
    assert post(exact).text == "Periode is afgesloten: 2026 - 03"
    assert post(exact, JournalCode="91").status == 201
