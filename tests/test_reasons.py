"""The catalogue of reasons is complete, in two languages, and has the codes that the code uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exact_online.exact_words import reason_of_message
from exact_online.reason_codes import Reason
from exact_online.reasons import CURERS, catalogue, cure, explain, placeholders, record_values
from exact_online.reasons_page import reasons_page
from exact_online.vocabulary import BookingKind, Cause

ROOT = Path(__file__).parents[1]
VALUES = {
    "account": "8000", "amount": "1.001", "cause": "used before", "claim": "D1", "code": "14",
    "condition": "pinnen", "condition_en": "14 days", "condition_nl": "14 dagen", "currency": "USD",
    "days": "7",
    "conditions_en": "14 days, 21 days", "conditions_nl": "14 dagen, 21 dagen", "nature_en": "purchases",
    "nature_nl": "inkoop",
    "date": "2026-01-15", "debtor": "1001", "debtor_kind": "x",
    "differs_en": "the day", "differs_nl": "de datum", "entry_number": "2026001", "exact_en": "1.00",
    "exact_nl": "1,00", "field": "Name", "james_en": "2.00", "james_nl": "2,00",
    "file": "a.xlsx", "found": "22", "group_en": "patients", "group_nl": "patiënten", "invoice_kind": "x",
    "item_origin": "x", "journal": "70", "key": "factuur:1", "last_day": "30-11-2026", "limit": "50",
    "line": "2", "lines_total": "45.00", "made": "12.00", "match_en": "near", "match_nl": "bijna",
    "message": "Kapot",
    "nights": "30", "number": "2026001", "original": "2026000", "other_number": "9001", "percentage": "20.00",
    "period": "1", "practice": "de_brug",
    "practices": "De Brug (de_brug)",
    "profession": "yoga", "rate_en": "zero", "rate_nl": "nul", "read_on": "01-12-2026",
    "record_en": "invoice 2026001", "record_nl": "factuur 2026001", "records": "factuur:1, factuur:2",
    "reference": "2026001", "scope": "Crm accounts", "sent": "10.00", "since": "01-11-2026", "times": "2",
    "total": "44.00",
    "use_en": "receivables", "use_nl": "debiteuren", "vat_code": "2", "wanted": "110", "year": "2026",
}  # fmt: skip

MESSAGES = [
    ("Verplicht: Klant", Reason.RELATION_GONE),
    ("Verplicht: Factuur voor", Reason.RELATION_GONE),
    ("Mandatory: Customer", Reason.RELATION_GONE),
    ("Mandatory: Name", Reason.DEBTOR_NAME_MISSING),
    ("Verplicht: Naam", Reason.DEBTOR_NAME_MISSING),
    ("Verplicht: Dagboek", Reason.JOURNAL_NOT_IN_EXACT),
    ("Ongeldige referentie: Journals", Reason.JOURNAL_NOT_IN_EXACT),
    ("Invalid reference: Journals", Reason.JOURNAL_NOT_IN_EXACT),
    ("Ongeldig: Dagboek", Reason.JOURNAL_WRONG_TYPE),
    ("Invalid: Journal", Reason.JOURNAL_WRONG_TYPE),
    ("Invalid journal. The journal must be a cash journal.", Reason.JOURNAL_WRONG_TYPE),
    ("Geblokkeerd: Dagboek", Reason.JOURNAL_BLOCKED),
    ("Blocked: Journal", Reason.JOURNAL_BLOCKED),
    ("Verplicht: Betalingsconditie", Reason.PAYMENT_CONDITION_NOT_IN_EXACT),
    ("Ongeldige referentie: Betalingsconditie", Reason.PAYMENT_CONDITION_NOT_IN_EXACT),
    ("Mandatory: Payment condition", Reason.PAYMENT_CONDITION_NOT_IN_EXACT),
    ("Verplicht: vervaldatum", Reason.DUE_DATE_MISSING),
    ("Mandatory: Due date", Reason.DUE_DATE_MISSING),
    ("Ongeldige referentie: Btw-code", Reason.VAT_CODE_NOT_IN_EXACT),
    ("Invalid reference: VAT code", Reason.VAT_CODE_NOT_IN_EXACT),
    ("Geblokkeerd: Btw-code", Reason.VAT_CODE_BLOCKED),
    ("Ongeldig: Btw-percentage []", Reason.VAT_CODE_WRONG_PERCENTAGE),
    ("Btw-percentage is niet toegestaan", Reason.VAT_CODE_WRONG_PERCENTAGE),
    ("Ongeldig: Type (Rekening af te dragen btw)", Reason.VAT_ACCOUNT_WRONG_TYPE),
    ("Niet toegestaan: Btw-code", Reason.JOURNAL_WITHOUT_VAT),
    ("Not allowed: VAT-code", Reason.JOURNAL_WITHOUT_VAT),
    ('Een btw bedrag is niet toegestaan als u gebruikmaakt van een btw-code van het type "geen btw"',
     Reason.VAT_CODE_WRONG_KIND),
    ("Ongeldig: Grootboekrekeningtype", Reason.GL_ACCOUNT_WRONG_TYPE),
    ("Invalid: G/L account type", Reason.GL_ACCOUNT_WRONG_TYPE),
    ("Geblokkeerd: Grootboekrekening", Reason.GL_ACCOUNT_BLOCKED),
    ("Blocked: G/L account", Reason.GL_ACCOUNT_BLOCKED),
    ("Ongeldige referentie: Grootboekrekening", Reason.GL_ACCOUNT_NOT_IN_EXACT),
    ("Ongeldig: Klant (Type)", Reason.RELATION_NOT_CUSTOMER),
    ("Ongeldig: Factuur voor (Type)", Reason.RELATION_NOT_CUSTOMER),
    ("Invalid: Customer (Type)", Reason.RELATION_NOT_CUSTOMER),
    ("[GLtransactions] Leverancier (type)", Reason.RELATION_NOT_CUSTOMER),
    ("Geblokkeerd: Relatie", Reason.RELATION_BLOCKED),
    ("Blocked: Customer", Reason.RELATION_BLOCKED),
    ("Periode is afgesloten: 2026 – 1", Reason.PERIOD_CLOSED),
    ("Period is closed", Reason.PERIOD_CLOSED),
    ("Unknown: Financial year (Period-date table)", Reason.PERIOD_MISSING),
    ("Onbekend: Boekjaar", Reason.PERIOD_MISSING),
    ("De boeking is niet in evenwicht op: 2022 / 4 (Type: Inkoopboeking) - Verschil: EUR -0,01",
     Reason.ENTRY_NOT_BALANCED),
    ("This entry is not balanced on: 2021 / 12 (Type: Other) - Difference: EUR 1.000,00",
     Reason.ENTRY_NOT_BALANCED),
    ("Gegeven bestaat reeds.", Reason.NUMBER_CLASH),
    ("Already exists", Reason.NUMBER_CLASH),
    ("In gebruik: Boekstuknummer", Reason.ENTRY_NUMBER_IN_USE),
    ("In use: Entry number", Reason.ENTRY_NUMBER_IN_USE),
    ("Already exists - Entry number: 12, Journal: 70", Reason.ENTRY_NUMBER_IN_USE),
    ("De klantenrekening van deze relatie is niet gelijk aan de rekening van het gebruikte dagboek",
     Reason.RECEIVABLES_ACCOUNT_DIFFERS),
    ("Het bedrag van de BTW regel met BTW code 4 komt niet overeen met het totaal", Reason.VAT_DIFFERENCE),
    ("Ongeldige referentie: Titel", Reason.TITLE_MISSING),
    ("Invalid reference: Title", Reason.TITLE_MISSING),
    ("Ongeldige referentie: Land", Reason.COUNTRY_UNKNOWN),
    ("Klant werd niet gevonden", Reason.RELATION_GONE),
    ("Not found: Account (1001)", Reason.RELATION_GONE),
    ("Niet actief: Klant", Reason.RELATION_BLOCKED),
    ("Inactive: Customer", Reason.RELATION_BLOCKED),
    ("Customer is blocked", Reason.RELATION_BLOCKED),
    ("Bestaat reeds: Code", Reason.NUMBER_CLASH),
    ("Already exists: Account", Reason.NUMBER_CLASH),
    ("Moet zijn: Uniek - Boekstuknummer", Reason.ENTRY_NUMBER_IN_USE),
    ("Grootboekrekening: Geblokkeerd", Reason.GL_ACCOUNT_BLOCKED),
    ("Invalid reference: Accounts receivable", Reason.GL_ACCOUNT_NOT_IN_EXACT),
    ("Verplicht: Rekening af te dragen btw", Reason.VAT_CODE_WITHOUT_ACCOUNT),
    ('A VAT amount is not allowed when you use a VAT code of the type "no VAT"', Reason.VAT_CODE_WRONG_KIND),
    ("The amount of the VAT line with VAT code 4 does not match the total", Reason.VAT_DIFFERENCE),
    ("The receivables account of this account is not equal to the account of the sales journal used",
     Reason.RECEIVABLES_ACCOUNT_DIFFERS),
    ("Ongeldig: IBAN", Reason.IBAN_REJECTED),
    ("Verplicht: Kostenplaats", Reason.COST_CENTER_MANDATORY),
    ("Mandatory: Cost center", Reason.COST_CENTER_MANDATORY),
    ("Verplicht: Kostendrager", Reason.COST_UNIT_MANDATORY),
    ("Invalid reference: Cost unit", Reason.COST_UNIT_MANDATORY),
    ("Het boekjaar kan niet worden gewijzigd.", Reason.YEAR_FIXED),
    ("The financial year cannot be changed.", Reason.YEAR_FIXED),
    ("Ongeldig: Administratie", Reason.WRONG_DIVISION),
    ("Onjuiste administratie", Reason.WRONG_DIVISION),
    ("Wrong Division", Reason.WRONG_DIVISION),
    ("Document Type not allowed", Reason.DOCUMENT_TYPE),
    ("Documentsoort is niet toegestaan", Reason.DOCUMENT_TYPE),
    ("Niet toegestaan: Documentsoort", Reason.DOCUMENT_TYPE),
    ("Object reference not set to an instance of an object.", Reason.REJECTED_OTHER),
    ("", Reason.REJECTED_OTHER),
]  # fmt: skip


def test_the_catalogue_and_the_code_have_the_same_reasons() -> None:
    assert list(catalogue()) == list(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_a_full_sentence_in_both_languages(reason: Reason) -> None:
    """M21, INV-14: the sentence has no unknown value when the record has all values."""
    assert set(placeholders(reason)) <= set(VALUES)
    for language, unknown in (("nl", "onbekend"), ("en", "unknown")):
        sentence = explain(reason, VALUES, language)  # type: ignore[arg-type]
        assert sentence[0].isupper() or sentence[0].isdigit() or sentence.startswith("Btw")
        assert sentence[-1] in ".}" or reason is Reason.REJECTED_OTHER
        assert unknown not in sentence
        assert "{" not in sentence


@pytest.mark.parametrize("reason", [reason for reason, entry in catalogue().items() if entry.patterns])
def test_a_rejection_by_exact_is_a_full_sentence_with_the_values_of_the_loader(reason: Reason) -> None:
    """M21: the loader has number, debtor, journal, year, entry number and Exact's own message."""
    known = {
        name: VALUES[name] for name in ("number", "debtor", "journal", "year", "entry_number", "message")
    }
    assert "onbekend" not in explain(reason, known, "nl")
    assert "unknown" not in explain(reason, known, "en")


def test_our_own_check_gives_the_precise_sentence() -> None:
    assert (
        explain(Reason.GL_ACCOUNT_BLOCKED, VALUES, "en")
        == "G/L account '8000' (receivables) is blocked in Exact."
    )
    assert (
        explain(Reason.GL_ACCOUNT_BLOCKED, {"number": "7"}, "en")
        == "A G/L account of invoice 7 is blocked in Exact."
    )


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_names_who_can_cure_it_and_where(reason: Reason) -> None:
    assert cure(reason, "nl").split(":")[0] in CURERS["nl"].values()
    assert catalogue()[reason].where_en


def test_a_missing_value_is_shown_as_unknown() -> None:
    assert (
        explain("total_mismatch", {"number": "1"}, "en")
        == "The total of invoice 1 is unknown, but its lines add up to unknown."
    )


def test_a_reason_of_a_later_version_is_shown_as_it_is() -> None:
    assert explain("brand_new", {"number": 7}) == "brand_new: number 7"


@pytest.mark.parametrize(("message", "reason"), MESSAGES)
def test_exacts_own_message_is_recognised(message: str, reason: Reason) -> None:
    """FR-B20: known texts by pattern in both languages, anything else is rejected_other."""
    assert reason_of_message(message) is reason


@pytest.mark.parametrize("pattern", [pattern for entry in catalogue().values() for pattern in entry.patterns])
def test_every_pattern_recognises_a_message_above(pattern: str) -> None:
    assert any(re.search(pattern, message, re.IGNORECASE) for message, _ in MESSAGES)


def test_the_first_known_line_of_several_messages_decides() -> None:
    assert (
        reason_of_message("Iets nieuws\r\nPeriode is afgesloten\r\nVerplicht: Klant") is Reason.PERIOD_CLOSED
    )


def test_a_record_has_a_name_in_both_languages() -> None:
    assert record_values(BookingKind.DEBTOR, "7") == {"record_nl": "debiteur 7", "record_en": "debtor 7"}


def test_the_page_of_reasons_is_up_to_date() -> None:
    """docs/reasons.md is generated: python -m exact_online.reasons > docs/reasons.md"""
    assert (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8") == reasons_page()


OF_ALL = {"reasons.py", "reason_codes.py", "reason_help.py"}


def sources() -> str:
    """Return all code that may give a reason: the plugins without the catalogue, DAGs and SQL."""
    files = [*ROOT.glob("plugins/**/*.py"), *ROOT.glob("dags/*.py"), *ROOT.glob("include/sql/**/*.sql")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.name not in OF_ALL)


ANNOUNCED = {
    Reason.WAITING_FOR_ORIGINAL,
    Reason.ORIGINAL_NOT_BOOKED,
    Reason.REJECTED_OTHER,
}
"""Reasons that SQL gives by name, and the one for messages that no pattern recognises."""


def test_every_reason_can_be_given_by_the_code_or_by_a_message_of_exact() -> None:
    text = sources()
    given = {reason for reason in Reason if f"Reason.{reason.name}" in text or f"'{reason}'" in text}
    given |= {Reason(cause) for cause in Cause}
    by_exact = {reason for reason, entry in catalogue().items() if entry.patterns}
    assert set(Reason) - given - by_exact <= ANNOUNCED


def test_every_code_in_the_ledgers_sql_is_a_reason() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "include" / "sql" / "ledger").glob("*.sql")]
    codes = {code for text in texts for code in re.findall(r"\breason = (?:case [^']*)?'([a-z_]+)'", text)}
    assert codes
    assert codes <= set(Reason)
