"""Exact's own auditfile beside the ledger: what people did in Exact, as sentences (B4)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, get_args

import pytest

from exact_online.auditfile.header import AuditfileFault
from exact_online.ledger.auditfiles import Comparison
from exact_online.report.auditfile import compare_auditfile
from exact_online.report.auditfile_words import finding_sentence, heading_sentences
from simulator.auditfile import Choice, ReferenceIn, Version, auditfile
from tests.link.small import SmallLink
from tests.report import hands

YEAR = 2026
SEPTEMBER = int(dt.datetime(2026, 9, 15, tzinfo=dt.UTC).timestamp() * 1000)
WAYS = [(version, place) for version in get_args(Version) for place in get_args(ReferenceIn)]


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """Nine invoices of two debtors, with VAT and without, one paid by PIN and one a credit."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    for number in range(1, 7):
        link.james.invoice(number, "1001", (1000 * number, 0, "tariff"))
    link.james.invoice(7, "1002", (12100, 21, "article"), (10900, 9, "article"))
    link.james.invoice(8, "1002", (5000, 0, "tariff"), condition="PIN")
    link.james.invoice(9, "1002", (-2000, 0, "tariff"))
    outcome = link.night()
    assert outcome.items == []
    assert set(link.states().values()) == {"booked"}
    return link


def export(link: SmallLink, version: Version = "3.2", place: ReferenceIn = "invRef") -> bytes:
    """Somebody exports the year in Exact, after the nights."""
    with link.world.lock:
        now = link.ledger.conn.execute("select now() as now").fetchone()
        assert now is not None
        link.world.clock.freeze(now["now"])
        return auditfile(link.division, Choice(YEAR, version, place))


def compare(link: SmallLink, content: bytes) -> Comparison:
    practice = link.ledger.practices.get(link.practice.code)
    return compare_auditfile(link.ledger, practice, io.BytesIO(content), "Anna")


def sentences(link: SmallLink, comparison: Comparison) -> list[str]:
    return [finding_sentence(finding) for finding in link.ledger.auditfiles.findings(comparison)]


def found(link: SmallLink, comparison: Comparison) -> list[tuple[str, str]]:
    return [(finding.kind, finding.source_key) for finding in link.ledger.auditfiles.findings(comparison)]


def journal_of(link: SmallLink, reference: int) -> str:
    return str(hands.entry_of(link, reference)["Journal"]).strip()


@pytest.mark.parametrize(("version", "place"), WAYS)
def test_a_clean_division_gives_nothing_and_costs_no_call(
    booked: SmallLink, version: Version, place: ReferenceIn
) -> None:
    calls = sum(booked.world.auditor.calls_per_minute.values())
    compared = compare(booked, export(booked, version, place))
    assert found(booked, compared) == []
    assert (compared.count, compared.numbers["expected"], compared.numbers["compared"]) == (0, 9, 9)
    assert heading_sentences(compared, "Noorderlicht") == []
    assert sum(booked.world.auditor.calls_per_minute.values()) == calls
    assert compared.header["version"] == version


def plant(link: SmallLink) -> dict[str, Any]:
    """What people do by hand: one of each."""
    hands.remove(link, 1)
    own = hands.copy_of(link, 2, EntryNumber=9002, YourRef="eigen factuur", Description="van onszelf")
    own["SalesEntryLines"][0]["Description"] = "van onszelf"
    hands.enter(link, own)
    twice = hands.enter(link, hands.copy_of(link, 2, EntryNumber=9001))
    hands.change_amount(link, 3, 35.0)
    other = next(
        row
        for row in link.division["GLAccounts"]
        if row["Type"] == 110 and row["ID"] != _line(link, 4)["GLAccount"]
    )
    before = link.division["GLAccounts"].rows[_line(link, 4)["GLAccount"]]["Code"].strip()
    hands.change_booked(link, 4, 1, GLAccount=other["ID"])
    hands.change(link, 5, ReportingYear=YEAR, ReportingPeriod=10)
    code = _line(link, 6)["VATCode"].strip()
    hands.change_booked(link, 6, 1, VATCode="9" if code != "9" else "8")
    return {"twice": twice, "accounts": (before, other["Code"].strip()), "code": code}


def _line(link: SmallLink, reference: int) -> Any:
    entry = hands.entry_of(link, reference)["EntryID"]
    return next(
        row for row in link.division["TransactionLines"].find("EntryID", entry) if row["LineNumber"] == 1
    )


@pytest.mark.parametrize(("version", "place"), WAYS)
def test_each_act_of_people_is_one_sentence(booked: SmallLink, version: Version, place: ReferenceIn) -> None:
    """An entry that people made for themselves is none."""
    numbers = {number: hands.entry_of(booked, number)["EntryNumber"] for number in range(1, 7)}
    journal = journal_of(booked, 2)
    planted = plant(booked)
    compared = compare(booked, export(booked, version, place))
    assert found(booked, compared) == [
        ("missing", "factuur:1"),
        ("extra", "factuur:2"),
        ("amount", "factuur:3"),
        ("account", "factuur:4"),
        ("period", "factuur:5"),
        ("vat_code", "factuur:6"),
    ]
    told = dict(enumerate(sentences(booked, compared), start=1))
    assert told[1].startswith(
        f"Factuur 1 is geboekt als boekstuk {numbers[1]} in dagboek {journal} (€ 10,00), "
        "en staat niet in het bestand van Exact. James Support laat haar opnieuw boeken"
    )
    assert told[2] == (
        f"Exact heeft ook boekstuk 9001 in dagboek {journal} (€ 20,00) met het nummer van factuur 2, "
        f"die geboekt is als boekstuk {numbers[2]} in dagboek {journal}. "
        f"De accountant verwijdert in Exact boekstuk 9001 in dagboek {journal}."
    )
    assert (
        "is geboekt voor € 30,00, en staat in Exact voor € 35,00. De accountant zet het in Exact" in told[3]
    )
    before, after = planted["accounts"]
    assert f"rekening {before}: geboekt € -40,00, in Exact € 0,00" in told[4]
    assert f"rekening {after}: geboekt € 0,00, in Exact € -40,00" in told[4]
    assert "periode 11 van 2026, en staat in Exact in periode 10." in told[5]
    assert f"geboekt met {planted['code']}, in Exact met" in told[6]
    assert compared.numbers["others"] == [[journal, 1, 2000]]
    assert compared.numbers["findings"] == dict.fromkeys(
        ("missing", "extra", "amount", "account", "period", "vat_code"), 1
    )


def test_an_entry_under_another_number_is_found_by_its_reference(booked: SmallLink) -> None:
    """And compared there: somebody deleted it and typed it again, with another amount."""
    copy = hands.copy_of(booked, 2, EntryNumber=9001)
    copy["SalesEntryLines"][0]["AmountFC"] = 25.0
    hands.remove(booked, 2)
    hands.enter(booked, copy)
    compared = compare(booked, export(booked))
    assert found(booked, compared) == [("elsewhere", "factuur:2"), ("amount", "factuur:2")]
    assert "en staat in Exact als boekstuk 9001 in dagboek" in sentences(booked, compared)[0]


def test_a_payment_with_the_number_of_an_invoice_is_no_extra_entry(booked: SmallLink) -> None:
    """A bank line bears the reference on the receivables account, and books no revenue."""
    content = export(booked).decode()
    payment = (
        "<journal><jrnID>20</jrnID><desc>Bank</desc><jrnTp>B</jrnTp><transaction><nr>26200001</nr>"
        "<periodNumber>11</periodNumber><trDt>2026-11-23</trDt>"
        "<trLine><nr>1</nr><accID>1100</accID><docRef>1</docRef><effDate>2026-11-23</effDate>"
        "<amnt>20.00</amnt><amntTp>D</amntTp></trLine>"
        "<trLine><nr>2</nr><accID>1300</accID><docRef>2</docRef><effDate>2026-11-23</effDate>"
        "<amnt>20.00</amnt><amntTp>C</amntTp><invRef>2</invRef></trLine>"
        "</transaction></journal></transactions>"
    )
    content = content.replace("</transactions>", payment)
    for name in ("linesCount", "totalDebit", "totalCredit"):
        content = content.replace(f"<{name}>", f"<was{name}>").replace(f"</{name}>", f"</was{name}>")
    assert found(booked, compare(booked, content.encode())) == []


def test_a_moved_debtor_line_is_another_account(booked: SmallLink) -> None:
    """Also from the receivables account to a suspense account, which are both of ours."""
    suspense = booked.division.find_by_code("GLAccounts", "1101")
    assert suspense is not None
    hands.change_booked(booked, 2, 0, GLAccount=suspense["ID"])
    compared = compare(booked, export(booked))
    assert found(booked, compared) == [("account", "factuur:2")]
    assert "rekening 1101: geboekt € 0,00, in Exact € 20,00" in sentences(booked, compared)[0]


def test_what_was_booked_after_the_export_is_not_missing(booked: SmallLink) -> None:
    content = export(booked)
    booked.ledger.conn.execute(
        "update booking set booked_at = booked_at + interval '2 days' where source_key = 'factuur:1'"
    )
    hands.remove(booked, 1)
    with booked.world.lock:
        content = auditfile(booked.division, Choice(YEAR))
    compared = compare(booked, content)
    assert found(booked, compared) == []
    assert heading_sentences(compared, None) == [
        "1 boekingen zijn gemaakt na de dag waarop het bestand is geëxporteerd; die zijn niet vergeleken."
    ]


def test_a_file_without_vat_codes_is_compared_for_the_rest_and_says_so(booked: SmallLink) -> None:
    content = export(booked).decode()
    without = content.replace("<vatID>", "<kind>").replace("</vatID>", "</kind>")
    compared = compare(booked, without.encode())
    assert found(booked, compared) == []
    assert heading_sentences(compared, None) == [
        "Van 9 boekingen noemt het bestand geen btw-code; daarvan zijn de btw-codes niet vergeleken."
    ]


def test_the_file_of_another_division_is_said(booked: SmallLink) -> None:
    """All is missing, and the first sentence says why that may be."""
    hands_of_others = "<transactions>" + export(booked).decode().partition("<transactions>")[2]
    content = export(booked).decode().replace(hands_of_others, hands_of_others.replace("<nr>", "<nr>9"))
    for reference in range(1, 10):
        content = content.replace(f">{reference}<", f">vreemd {reference}<")
    content = content.replace("<periodNumber>vreemd ", "<periodNumber>")
    compared = compare(booked, content.encode())
    assert [kind for kind, _ in found(booked, compared)] == ["missing"] * 9
    assert heading_sentences(compared, "De Ander")[0] == (
        f"Geen enkele boeking van de koppeling staat in dit bestand van {booked.division.name}. "
        "Controleer of het uit de administratie De Ander komt."
    )


def test_a_part_of_the_year_expects_that_part_alone(booked: SmallLink) -> None:
    content = export(booked).decode().replace("<startDate>2026-01-01", "<startDate>2026-12-01")
    compared = compare(booked, content.encode())
    assert (compared.numbers["expected"], compared.count) == (0, 0)


def test_a_file_that_fails_keeps_nothing(booked: SmallLink) -> None:
    content = export(booked)
    with pytest.raises(AuditfileFault):
        compare(booked, content[:-200])
    assert booked.ledger.auditfiles.comparisons(booked.practice.code) == []
    assert compare(booked, content).count == 0


def test_what_was_handed_over_and_not_imported_is_missing_with_its_own_cure(booked: SmallLink) -> None:
    """And typed by hand before the import, it is the invoice itself, under whatever number."""
    booked.james.invoice(20, "1001", (7000, 0, "tariff"), day=dt.date(2026, 9, 15))
    booked.james.invoice(21, "1001", (8000, 0, "tariff"), day=dt.date(2026, 9, 15))
    booked.night(backfill="excel")
    assert booked.states()["factuur:20"] == "exported"
    typed = hands.copy_of(booked, 2, EntryNumber=9020, YourRef="21", Description="21", EntryDate=SEPTEMBER)
    typed["SalesEntryLines"][0] |= {"AmountFC": 80.0, "Description": "21"}
    hands.enter(booked, typed)
    compared = compare(booked, export(booked))
    assert found(booked, compared) == [("missing", "factuur:20")]
    assert sentences(booked, compared)[0].startswith("Factuur 20 is overgedragen in een werkmap als")
    assert "De accountant importeert de werkmap in Exact" in sentences(booked, compared)[0]
