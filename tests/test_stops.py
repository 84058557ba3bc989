"""Every sentence that can end a task red: one log line, and its cure in another; none too long."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from exact_online import failures
from exact_online.ledger import AttentionItem
from exact_online.reason_codes import Reason
from exact_online.reasons import catalogue, explain, placeholders, stops
from exact_online.report.log_lines import WIDTH, cause_lines, clear_sentence, problem_lines
from exact_online.report.sentences import ANSWER_LOST_NL
from exact_online.report.watch_items import WatchItem, watch_item_lines
from exact_online.stops import Stop
from exact_online.tasks.outcomes import TECHNICAL

ROOT = Path(__file__).parents[1]
LONG = {
    "account": "801010", "amount": "1234567.891", "calls": "180", "call": "POST salesentry/SalesEntries",
    "cause": "status 401, het refresh-token is verlopen", "claim": "D20261123000123", "code": "AI",
    "condition": "CREDITCARD", "condition_nl": "automatische incasso", "condition_en": "direct debit",
    "conditions_nl": "14 dagen, 21 dagen", "conditions_en": "14 days, 21 days",
    "connection": "exact_sync_db", "count": "1000", "currency": "USD", "date": "2026-11-23", "days": "28-92",
    "debtor": "1234567890", "debtor_kind": "Samenwerkingsverband", "differs_nl": "bedrag",
    "differs_en": "amount",
    "divisions": "3199998, 3199999",
    "differences": "geeft invoice_key int4 in plaats van text", "division": "3199999",
    "endpoint": "generaljournalentry/GeneralJournalEntries", "entry_number": "2147483647", "errors": "10",
    "exact_nl": "12.345,67", "exact_en": "12345.67", 
    "fault": "Input should be a valid integer", "fault_nl": "is geen code zonder spaties eromheen",
    "fault_en": "must be a code without blanks around it", "field": "suspense_accounts.pin",
    "file": "include/sql/james/invoices.sql", "first": "2147483647", "first_nl": "verzekeraars hoog",
    "first_en": "insurers high", "found": "110", "group_nl": "verzekeraars", "group_en": "insurers",
    "host": "databases.internal.example.nl", "invoice_kind": "voorschotnota",
    "item_origin": "Verstrekkingen", "james_code": "P123456", "james_nl": "12.345,68", "james_en": "12345.68",
    "journal": "VERK70", "key": "factuur:123456789012", "keys": "factuur:123456789, declaratie:123456789",
    "known": "0022", "last_day": "23-12-2026", "level_nl": "beheren", "level_en": "manage", "limit": "60.000",
    "line": "123", "lines_total": "1234567.88", "link_date": "2026-10-01", "list": "PaymentConditions",
    "made": "1234567.89", "last": "2026-09-30",
    "match_nl": "ander nummer, bijna dezelfde naam, zelfde postcode",
    "match_en": "another number, near name, same postcode",
    "message": "Ongeldig: Iets dat wij niet kennen", "name": "Fysiotherapie De Brug",
    "nature_nl": "leveringen of diensten in de EU", "nature_en": "goods or services in the EU",
    "nights": "30",
    "number": "2147483647", "other_number": "2147483646", "original": "2147483646", "percentage": "19.00",
    "period": "12", "periods": "12",
    "practice": "fysiotherapie_noorderlicht", "practices": "Fysiotherapie Noorderlicht (noorderlicht)",
    "profession": "ergotherapie", "run": "scheduled__2026-11-23T00:15:00+00:00",
    "rights": "generaljournalentry/GeneralJournalEntries",
    "ranges": "1-1028, 5001-9000", "following": "9001", "nearest": "900001", "titles": "DHR, MEVR",
    "scopes": "Crm accounts, Financial accounting", "rate_nl": "hoog", "rate_en": "high",
    "read_on": "23-11-2026", "record_nl": "factuur 2147483647", "record_en": "invoice 2147483647",
    "records": "factuur:123456789, declaratie:123456789", "reference": "D20261123000123", "reserve": "1.000",
    "scope": "Financial generalledgers", "sent": "1234567.88", "since": "23-11-2026",
    "table": "james.factuurregel",
    "text": "31-12-2026", "times": "12", "total": "1234567.89", "until": "24-11-2026 01:00",
    "use_nl": "omzet ergotherapie, verzekeraars, hoog", "use_en": "revenue ergotherapie, insurers, high",
    "user": "james_readonly_user", "vat_code": "12", "version": "123", "wanted": "110", "year": "2026",
}  # fmt: skip
"""A value for every placeholder, as long as it gets."""
LONG_OF = {
    Stop.DIVISION_RENAMED: {"found": "Fysiotherapie De Brug BV"},
    Stop.ACCESS_DENIED: {"cause": "status 403"},
    Stop.NOT_SERVED: {"cause": "status 404"},
    Stop.DIVISION_TAKEN: {"practices": LONG["practice"]},
    Reason.OTHERS_REJECTED: {"cause": Reason.PAYMENT_CONDITION_NOT_ON_CREDIT},
    Reason.OPEN_FOR_LONG: {"records": "12.345"},
    Reason.DEBTOR_NUMBERS_ALIKE: {"records": "123456789, 0123456789"},
}
CUT = {Reason.REJECTED_OTHER, Stop.JAMES_OTHERWISE, Stop.JAMES_NOT_READABLE, Stop.LIST_NOT_UNDERSTOOD}
"""Others speak in these: their words may be cut in a log; the mail has all of them."""


OF_ONE_RECORD = {"number", "debtor", "record_nl", "key", "claim", "entry_number", "reference"}
NOT_A_NUMBER = {
    Reason.INVOICE_NUMBER_NOT_BOOKABLE: {"number": "2026-00123/A"},
    Reason.DEBTOR_NUMBER_NOT_BOOKABLE: {"debtor": "10 01 en nog iets"},
}
"""The record bears another number than its sentence names."""
OF_THE_WATCH = {"practices", "scope"}


def item(reason: Reason | None, place: int, values: Mapping[str, str]) -> AttentionItem:
    """An invoice, or a debtor where the sentence names only him."""
    names = set(placeholders(reason)) if reason else set()
    if "debtor" in names and "number" not in names:
        number = LONG["debtor"]
        return AttentionItem(
            place, "debiteur:1", "debtor", "rejected", number, None, number, reason, values, None
        )  # fmt: skip
    number, message = 2147483647 - place, LONG["message"]
    return AttentionItem(
        place, f"factuur:{number}", "sales_entry", "rejected", "1234", number, "", reason, values, message
    )  # fmt: skip


def values_of(reason: Reason) -> dict[str, str]:
    own = {"number", "debtor", "message", "record_nl", "record_en"}
    long = {**LONG, **LONG_OF.get(reason, {})}
    return {name: long[name] for name in placeholders(reason) if name not in own}


def groups() -> Iterator[tuple[str, list[str]]]:
    """Give every group of lines that a task may end with, by a name."""
    loaded = {name: LONG[name] for name in ("journal", "year")}
    for reason in Reason:
        names = set(placeholders(reason))
        if names & OF_THE_WATCH:
            long = {**LONG, **LONG_OF.get(reason, {})}
            watched = WatchItem(reason, {name: long[name] for name in names}, True, True)
            yield reason, watch_item_lines(watched)
            continue
        values = values_of(reason)
        yield reason, list(cause_lines([item(reason, 0, values)]))
        if not names & OF_ONE_RECORD:
            yield f"{reason} of 250", list(cause_lines([item(reason, place, values) for place in range(250)]))
        if reason in NOT_A_NUMBER:
            odd = {**values, **NOT_A_NUMBER[reason]}
            yield f"{reason} of 2", list(cause_lines([item(reason, place, odd) for place in (1, 2)]))
        if catalogue()[reason].dutch_of_exact:
            yield f"{reason} of Exact", list(cause_lines([item(reason, 0, loaded)]))
    for stop in Stop:
        yield stop, list(problem_lines([(stop, {**LONG, **LONG_OF.get(stop, {})})]))


GROUPS = dict(groups())


@pytest.mark.parametrize("name", GROUPS)
def test_a_sentence_and_its_cure_are_two_lines_that_fit(name: str) -> None:
    """C7: the record and why; who cures it where. What to clear is the third line."""
    sentence, cure = GROUPS[name]
    assert cure.startswith("Oplossen: ")
    assert cure.endswith(f"[{name.partition(' ')[0]}]")
    for line in (sentence, cure):
        assert len(line) <= WIDTH, f"{len(line)}: {line}"
        assert "onbekend" not in line
        assert "…" not in line or name in CUT, line


@pytest.mark.parametrize("task", ["load_other_debtors", "check_rejections", "prepare"])
def test_what_to_clear_is_one_line(task: str) -> None:
    assert len(clear_sentence(task, 12_345)) <= WIDTH


def test_an_answer_that_was_lost_is_one_line() -> None:
    (line,) = cause_lines([item(None, place, {}) for place in range(250)])
    assert line == f"Factuur 2147483647 en 249 andere: {ANSWER_LOST_NL}"
    assert len(line) <= WIDTH


def test_a_value_that_is_longer_than_ever_is_cut_so_that_the_line_fits() -> None:
    (sentence, _) = problem_lines(
        [(Stop.DIVISION_RENAMED, {"division": 1, "found": "a" * 200, "name": "b" * 200})]
    )
    assert len(sentence) <= WIDTH
    assert "aaaa…'" in sentence
    assert "bbbb…'" in sentence


def test_days_and_amounts_are_written_as_dutch_readers_do() -> None:
    assert "23-11-2026" in explain(Stop.YEAR_MISSING, LONG)
    assert "1.234.567,89" in explain(Stop.PRACTICE_STOPPED, LONG)


def test_every_stop_is_a_sentence_in_both_languages() -> None:
    for stop, entry in stops().items():
        assert set(placeholders(stop)) <= set(LONG), stop
        for sentence in (entry.dutch, entry.english):
            assert sentence.endswith("."), stop


# No loose strings.

BY_HAND = (
    "acts/", "auditfile_commands.py", "cli.py", "connect.py", "intake_commands.py", "migrations.py",
    "moves_page.py", "night/would_it_work.py", "tasks/intake.py",
)  # fmt: skip
"""What a person runs on a command line or a page says its own sentences: no task ends by them."""
NAMED = {
    name
    for name, kind in vars(failures).items()
    if isinstance(kind, type) and issubclass(kind, (failures.NamedFailure, failures.WaitForWindow))
}


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Give every making of a named failure in the link, with its file."""
    plugins = ROOT / "plugins" / "exact_online"
    for file in plugins.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMED:
                yield file.relative_to(plugins).as_posix(), node


def test_no_task_ends_with_a_sentence_that_is_not_in_the_catalogue() -> None:
    loose = [
        f"{file}:{call.lineno}"
        for file, call in raised()
        if not file.startswith(BY_HAND)
        and not ast.unparse(call.args[0]).startswith(("Stop.", "Reason.", "stop"))
    ]
    assert loose == []


def test_every_stop_is_used() -> None:
    text = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "plugins").rglob("*.py")
        if file.name != "stops.py"
    )
    assert [stop for stop in Stop if f"Stop.{stop.name}" not in text] == []


def test_every_failure_that_airflow_tries_again_has_a_sentence() -> None:
    """The details follow in English, for engineers."""
    technical = {
        kind
        for kind in vars(failures).values()
        if isinstance(kind, type) and issubclass(kind, failures.LinkFailure)
    } - {failures.LinkFailure, failures.WaitForWindow}
    for kind in technical:
        is_named = issubclass(kind, failures.NamedFailure)
        assert is_named or issubclass(kind, (*TECHNICAL, failures.Unreachable)), kind
