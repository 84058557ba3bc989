"""Whole nights against an Exact that is not our simulator, in the shapes that Exact may have.

Two nights each: the first books everything to the cent, the second nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import fields, replace

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.demo.practices import practice
from exact_online.failures import NotReady
from exact_online.report.sentences import item_sentence
from exact_online.vocabulary import BookingState
from tests.link.james import PROFESSION
from tests.link.small import PRACTICE, Place
from tests.second_fake.night import SecondLink, document_of, second_link
from tests.second_fake.server import APP, running
from tests.second_fake.shapes import Shapes

INCLUDING = replace(practice("de_brug"), professions={PROFESSION: 8300})
"""A practice whose VAT codes include VAT."""
SUSPENSE, RECEIVABLES = ("1101", "1001"), "1300"
REJECTED = 2600007
ALONE = [
    Shapes(),
    Shapes(envelope="array", page_size=2),
    Shapes(unknown_properties=True, numbers_as_text=True),
    Shapes(order="turned", page_size=3, link_case="service"),
    Shapes(rejects_with=400, bare_answers=True),
    Shapes(own_entry_numbers=True),
    Shapes(page_size=2, link_case="all", dates="decorated"),
    Shapes(line_0=True, dates="zoned"),
    Shapes(odd_rows=True, with_sync=False),
    Shapes(page_size=3, repeats_rows=True, order="shuffled"),
]
ALL = Shapes(
    envelope="array", page_size=2, unknown_properties=True, numbers_as_text=True, order="shuffled",
    rejects_with=400, link_case="all", dates="zoned", line_0=True, odd_rows=True, bare_answers=True,
    repeats_rows=True,
)  # fmt: skip
ANY = st.builds(
    Shapes,
    envelope=st.sampled_from(["results", "array"]),
    page_size=st.sampled_from([2, 3, 60]),
    unknown_properties=st.booleans(),
    numbers_as_text=st.booleans(),
    order=st.sampled_from(["kept", "turned", "shuffled"]),
    rejects_with=st.sampled_from([400, 500]),
    own_entry_numbers=st.booleans(),
    link_case=st.sampled_from(["kept", "service", "all"]),
    dates=st.sampled_from(["plain", "zoned", "decorated"]),
    line_0=st.booleans(),
    odd_rows=st.booleans(),
    with_sync=st.booleans(),
    bare_answers=st.booleans(),
    repeats_rows=st.booleans(),
    uploads=st.sampled_from(["told", "turned", "silent", "none"]),
)


def name_of(shapes: Shapes) -> str:
    """What of a shape is other than plain."""
    plain = Shapes()
    return " ".join(
        f"{field.name}={getattr(shapes, field.name)}"
        for field in fields(Shapes)
        if getattr(shapes, field.name) != getattr(plain, field.name)
    )


def furnish(link: SecondLink) -> None:
    """Debtors of all kinds, and invoices of all kinds; one that this Exact rejects."""
    james = link.james
    james.debtor("1001")
    james.debtor("1002", condition="INCASSO", iban="NL91ABNA0417164300")
    james.debtor("1003", kind="Verzekeraar", name="Zilver Kruis")
    early = dt.date(2026, 11, 2)
    james.invoice(2600001, "1001", (4500, 0, "tariff"), (2420, 21, "article"), (1090, 9, "tariff"), day=early)
    james.invoice(2600002, "1002", (1, 21, "article"))
    james.invoice(2600003, "1003", (123_456, 0, "tariff"), claim="D-3")
    james.invoice(2600004, "1001", (2421, 21, "article"), (3333, 9, "article"), condition="PIN")
    james.invoice(2600005, "1002", (999, 9, "article"), condition="CONTANT")
    james.invoice(2600006, "1001", (-2420, 21, "article"), credits=2600001)
    james.invoice(REJECTED, "1001", (1000, 0, "tariff"))
    link.exact.books.blocked_references.add(str(REJECTED))


def owed(link: SecondLink) -> Counter[tuple[str, int]]:
    """What this Exact has: receivables or suspense account, and cents of each entry there."""
    found: Counter[tuple[str, int]] = Counter()
    for line in link.exact.books.lines:
        if line["GLAccountCode"] in (RECEIVABLES, *SUSPENSE):
            found[line["GLAccountCode"], round(line["AmountDC"] * 100)] += 1
    return found


OWED = Counter(
    {(RECEIVABLES, 8010): 1, (RECEIVABLES, 1): 1, (RECEIVABLES, 123_456): 1, (RECEIVABLES, -2420): 1}
    | {("1101", 5754): 1, ("1001", 999): 1}
)


def two_nights(place: Place, shapes: Shapes, including: bool = False) -> None:
    """The first night books all but one to the cent; the second nothing."""
    of = INCLUDING if including else PRACTICE
    with second_link(place, of, shapes) as link:
        furnish(link)
        first = link.night("first")
        told = {(item.source_key, item.reason) for item in first.items}
        hints = {item for item in told if item[1] == "other_entry_number"}
        assert told - hints == {(f"factuur:{REJECTED}", "gl_account_blocked")}
        assert len(hints) == (6 if shapes.own_entry_numbers else 0)
        assert owed(link) == OWED
        assert sum(round(line["AmountDC"] * 100) for line in link.exact.books.lines) == 0
        numbers = first.numbers
        assert numbers is not None
        assert (numbers.difference_cents, numbers.open_cents) == (0, 1000)
        assert (numbers.booked, numbers.sales_entries, numbers.general_journal_entries) == (6, 4, 2)
        assert numbers.exact_cents == numbers.ledger_cents == sum(c * n for (_, c), n in OWED.items())
        before = list(link.exact.books.writes)
        second = link.night("second")
        assert link.exact.books.writes == before
        assert [item.source_key for item in second.items] == [f"factuur:{REJECTED}"]
        assert second.numbers is not None
        assert (second.numbers.difference_cents, second.numbers.sales_entries) == (0, 0)
        states = Counter(row["state"] for row in link.rows("select state from current_booking"))
        assert states == {BookingState.BOOKED: 9, BookingState.REJECTED: 1}


@pytest.mark.parametrize("shapes", ALONE, ids=name_of)
def test_a_few_shapes(small_place: Place, shapes: Shapes) -> None:
    """FR-H18."""
    two_nights(small_place, shapes)


@pytest.mark.parametrize("including", [False, True], ids=["excluding codes", "including codes"])
def test_many_shapes_at_once(small_place: Place, including: bool) -> None:
    """FR-H18."""
    two_nights(small_place, ALL, including)


@settings(
    max_examples=3,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(shapes=ANY, including=st.booleans())
def test_any_shapes(small_place: Place, shapes: Shapes, including: bool) -> None:
    """FR-H18."""
    two_nights(small_place, shapes, including)


OLD = 2500001
UPLOADED = [
    *ALONE,
    replace(ALL, uploads="turned"),
    replace(ALL, uploads="silent", own_entry_numbers=True),
    Shapes(uploads="silent"),
    Shapes(own_entry_numbers=True, with_sync=False),
    Shapes(uploads="none"),
]


def furnish_history(link: SecondLink) -> Counter[tuple[str, int]]:
    """24 invoices of before the link in both journals, one of which this Exact rejects.

    Returns what is owed for the others.
    """
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Instelling")
    link.exact.books.blocked_references.add(str(OLD))
    found: Counter[tuple[str, int]] = Counter()
    for place in range(24):
        condition, account = (("14D", RECEIVABLES), ("30D", RECEIVABLES), ("PIN", SUSPENSE[0]))[place % 3]
        cents = (1000 + 7 * place, 2420 + place, 1090)
        lines = ((cents[0], 0, "tariff"), (cents[1], 21, "article"), (cents[2], 9, "tariff"))
        sign = -1 if place == 7 else 1
        day = link.practice.first_sync_date + dt.timedelta(place % 9)
        signed = [(sign * each, rate, origin) for each, rate, origin in lines]
        link.james.invoice(OLD + place, ("1001", "1002")[place % 2], *signed, day=day, condition=condition)
        found[account, sign * sum(cents)] += place > 0
    return +found


def two_imports(place: Place, shapes: Shapes, including: bool = False) -> None:
    """The first brings history in uploads, where there are any, to the cent; the second nothing."""
    of = INCLUDING if including else PRACTICE
    of = replace(of, first_sync_date=of.link_date - dt.timedelta(30))
    with second_link(place, of, shapes) as link:
        link.setting(bulk=True)
        expected = furnish_history(link)
        first = link.night("first", "import")
        told = {(item.source_key, item.reason) for item in first.items if item.reason != "other_entry_number"}
        assert told == {(f"factuur:{OLD}", "gl_account_blocked")}
        assert owed(link) == expected
        assert sum(round(line["AmountDC"] * 100) for line in link.exact.books.lines) == 0
        assert first.numbers is not None
        assert first.numbers.difference_cents == 0
        posted = Counter(resource for _, resource in link.exact.books.writes)
        if shapes.uploads == "none":
            assert posted["XMLUpload"] == 0
        else:
            assert posted["XMLUpload"] == 23, posted
            assert posted["SalesEntries"] + posted["GeneralJournalEntries"] == 0
        before = list(link.exact.books.writes)
        second = link.night("second", "import")
        assert link.exact.books.writes == before
        assert [item.source_key for item in second.items] == [f"factuur:{OLD}"]
        states = Counter(row["state"] for row in link.rows("select state from current_booking"))
        assert states == {BookingState.BOOKED: 25, BookingState.REJECTED: 1}


@pytest.mark.parametrize("shapes", UPLOADED, ids=name_of)
def test_history_in_uploads(small_place: Place, shapes: Shapes) -> None:
    """B6, FR-H18: this Exact takes nothing in an upload that it does not know."""
    two_imports(small_place, shapes)


@settings(
    max_examples=3,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(shapes=ANY, including=st.booleans())
def test_history_in_uploads_of_any_shapes(small_place: Place, shapes: Shapes, including: bool) -> None:
    """B6, FR-H18."""
    two_imports(small_place, shapes, including)


def used_row(link: SecondLink, table: str, code: str) -> dict[str, object]:
    (row,) = [row for row in link.exact.books.tables[table] if row["Code"] == code]
    return row


def test_a_type_that_is_null_or_new_on_what_is_used_is_named(small_place: Place) -> None:
    """Only the invoices that use it are rejected, each with a sentence."""
    with second_link(small_place, PRACTICE, Shapes()) as link:
        furnish(link)
        used_row(link, "VATCodes", "1")["Type"] = "Q"
        used_row(link, "GLAccounts", "8000")["Type"] = None
        items = {item.source_key: item for item in link.night("first").items}
        assert items["factuur:2600001"].reason == "vat_code_wrong_kind"
        assert items["declaratie:2600003"].reason == "gl_account_wrong_type"
        assert "8000" in item_sentence(items["declaratie:2600003"])
        assert link.rows("select state from current_booking where source_key = 'factuur:2600002'")[0] == {
            "state": "booked"
        }


def test_a_journal_that_is_used_and_has_no_type_is_named(small_place: Place) -> None:
    with second_link(small_place, PRACTICE, Shapes()) as link:
        furnish(link)
        used_row(link, "Journals", "70")["Type"] = None
        with pytest.raises(NotReady, match=r"Dagboek .70. is in Exact geen verkoopboek"):
            link.night("first")


def test_the_token_endpoint_may_know_http_basic_only() -> None:
    """A switch of the double: whoever sends form fields is not known there."""
    with running(document_of(PRACTICE), Shapes(basic_auth=True)) as exact:
        (token,) = exact.refresh_tokens
        form = {"grant_type": "refresh_token", "refresh_token": token}
        named = {**form, "client_id": APP[0], "client_secret": APP[1]}
        url = f"{exact.url}/api/oauth2/token"
        with requests.Session() as session:
            session.trust_env = False
            assert session.post(url, data=named).status_code == 400
            assert session.post(url, data=form, auth=APP).json()["expires_in"] == "600"
