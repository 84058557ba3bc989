"""INV-13, FR-K4: a person is named in no log, mail or exception, also when the weather is bad."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from exact_online.database_errors import error_words
from exact_online.extract.reach import reaching
from exact_online.failures import JamesFailure, LedgerFailure, LinkFailure, QueryRejected, Unreachable
from exact_online.ledger.blotting import blotted
from exact_online.report.log_lines import item_line
from tests.cures.walk import Walk, patched
from tests.link.small import SmallLink
from tests.told_nights import mail_of_night

CANARY = "Kanarievogel"
ENTRIES = "salesentry/SalesEntries"
NUMBER = 2600001


def _copy_error(link: SmallLink) -> None:
    """CONTEXT has the line that COPY stopped at, the message has the value."""
    link.ledger.staging.copy_in(
        "staged_debtor", ("run_id", "name"), [f"{CANARY}\t{CANARY} te Assen\n".encode()]
    )


def _unique_violation(link: SmallLink) -> None:
    """DETAIL has the key."""
    row = f"{link.practice.code}\t{CANARY}\t{UUID(int=1)}\n".encode()
    link.ledger.session.copy_in("relation", ("practice", "debtor_number", "exact_id"), [row, row], "text")


def _not_null_violation(link: SmallLink) -> None:
    """DETAIL has the whole row."""
    row = f"{link.practice.code}\t{CANARY}\n".encode()
    link.ledger.session.copy_in("relation", ("practice", "debtor_number"), [row], "text")


def _within_a_transaction(link: SmallLink) -> None:
    with link.ledger.transaction("a plan"):
        _unique_violation(link)


def _statement_of_james(link: SmallLink) -> None:
    with reaching(link.james_reader):
        link.james_reader.execute(f"select '{CANARY}'::integer")


def _function_of_james(link: SmallLink) -> None:
    with reaching(link.james_reader):
        link.james_reader.execute(f"do $$ begin raise exception '{CANARY} bestaat niet'; end $$")


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        (_copy_error, LedgerFailure, r"copy into staged_debtor.*InvalidTextRepresentation 22P02"),
        (_unique_violation, LedgerFailure, r"copy into relation.*23505.*relation_pkey"),
        (_not_null_violation, LedgerFailure, r"copy into relation.*23502.*exact_id"),
        (_within_a_transaction, LedgerFailure, "copy into relation.*23505"),
        (_statement_of_james, JamesFailure, "22P02"),
        (_function_of_james, JamesFailure, "RaiseException P0001"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_database_that_names_its_row_is_not_repeated(
    link: SmallLink,
    caplog: pytest.LogCaptureFixture,
    act: Callable[[SmallLink], None],
    kind: type[LinkFailure],
    words: str,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(kind, match=words) as raised:
        act(link)
    logging.getLogger("exact_online").error("as Airflow logs it", exc_info=raised.value)
    shown = "".join(traceback.format_exception(raised.value))
    assert CANARY not in shown + repr(raised.value) + caplog.text


def test_a_connection_that_fails_says_why_and_no_more() -> None:
    assert error_words(psycopg.OperationalError("the connection is lost\nrow: Jansen")) == (
        "OperationalError: the connection is lost"
    )
    assert error_words(psycopg.DataError("can't adapt 'Jansen'")) == "DataError"


def test_exacts_words_about_another_person_name_nobody(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """Exact speaks of debtor 1002 where the entry of 1001 is rejected; a year later too (B7)."""
    link.james.debtor("1001")
    link.james.debtor("1002", name=CANARY, condition="INCASSO", iban="NL91ABNA0417164300")
    link.james.invoice(NUMBER, "1001")
    said = f"Relatie {CANARY.upper()} (NL91 ABNA 0417 1643 00, iemand@elders.nl) is geblokkeerd"
    body = json.dumps({"error": {"message": {"value": said}}})
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", status=500, body=body)
    with caplog.at_level(logging.DEBUG):
        outcome = link.night()
    items = link.ledger.review.open_items(link.practice.code)
    assert [item.exact_message for item in items] == ["Relatie [...] ([...], [...]) is geblokkeerd"]
    shown = caplog.text + repr(items) + "".join(map(item_line, items))
    mail = mail_of_night(link.ledger, outcome.run, outcome.numbers)
    assert "Relatie [...]" in mail
    shown += mail
    for personal in (CANARY, CANARY.upper(), "0417", "iemand@"):
        assert personal not in shown


def test_exacts_words_about_a_query_name_nobody(link: SmallLink, caplog: pytest.LogCaptureFixture) -> None:
    """FR-K4: a look-up that Exact rejects, with the name of somebody else."""
    link.james.debtor("1001")
    link.james.debtor("1002", name=CANARY)
    link.james.invoice(NUMBER, "1001")
    body = json.dumps({"error": {"message": {"value": f"Verzoek over {CANARY} mislukt"}}})
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    link.world.faults.add("status", endpoint=ENTRIES, method="GET", status=400, body=body, times=None)
    with caplog.at_level(logging.DEBUG), pytest.raises(Unreachable) as raised:
        link.night()
    shown = caplog.text + "".join(traceback.format_exception(raised.value))
    assert "Exact rejects the query (status 400). Verzoek over [...] mislukt" in caplog.text
    assert CANARY not in shown


def test_a_query_that_ends_a_task_says_what_exact_said_without_names(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.james.debtor("1002", name=CANARY)
    body = json.dumps({"error": {"message": {"value": f"Verzoek over {CANARY} mislukt"}}})
    walk = Walk(link, caplog)
    patched(monkeypatch, link)
    walk.all()
    link.world.faults.add("status", endpoint="vat/VATCodes", method="GET", status=400, body=body, times=None)
    with pytest.raises(QueryRejected) as raised:
        walk.clear("load_entries")
    assert "Exact: Verzoek over [...] mislukt" in caplog.text
    assert CANARY not in caplog.text + "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Debiteur De Vries bestaat niet", "Debiteur [...] bestaat niet"),
        ("Devriesen Bosch", "Devriesen Bosch"),
        ("BOS en Li, li", "[...] en [...], li"),
        ("Mw. Ångström-Özil", "Mw. [...]"),
        ("Ongeldig: 9401 AB", "Ongeldig: [...]"),
        ("Mail jan@x.nl of NL91ABNA0417164300", "Mail [...] of [...]"),
        ("Een kanarie en een vogel", "Een kanarie en een vogel"),
        ("Mevrouw Kanarie-Vogel en een kanarie", "Mevrouw [...]-[...] en een [...]"),
        ("Bedrag 1.234,56 in boekstuk 2600001", "Bedrag 1.234,56 in boekstuk 2600001"),
    ],
)
def test_names_are_blotted_as_words(message: str, expected: str) -> None:
    known = ["de Vries", "Vries", "Bos", "Li", "ångström-özil", "9401 AB", " ", "-"]
    assert blotted(message, known, ["Kanarie 1002", "Vogel, A. van"]) == expected


def test_a_hundred_thousand_names_cost_less_than_a_second() -> None:
    known = [f"Naam{number} van Dorp{number}" for number in range(100_000)]
    began = time.process_time()
    assert (
        blotted("Relatie Naam99999 van Dorp99999 is geblokkeerd", known, known)
        == "Relatie [...] is geblokkeerd"
    )
    assert time.process_time() - began < 1
