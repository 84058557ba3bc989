"""Many transactions in one call (facts 5.1, 5.5, 5.7 to 5.13)."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.simulator.books import Client, Reply, new_world


def transaction(entry: int, journal: str, *lines: str, year: int = 2026, period: int = 3) -> str:
    dates = f'<Date>2026-03-09</Date><FinYear number="{year}"/><FinPeriod number="{period}"/>'
    head = f'<Journal code="{journal}"/><PaymentCondition code="14"/>{dates}'
    return f'<GLTransaction entry="{entry}">{head}{"".join(lines)}</GLTransaction>'


def line(
    account: str, amount: float, vat_code: str = "", relation: str = "1", reference: str = "26001"
) -> str:
    vat = f'<VAT code="{vat_code}"/>' if vat_code else ""
    accounts = f'<GLAccount code="{account}"/><Account code="{relation}"/>'
    amount_of_line = f'<Amount><Currency code="EUR"/><Value>{amount}</Value>{vat}</Amount>'
    references = f"<References><YourRef>{reference}</YourRef></References>"
    parts = f"<Date>2026-03-09</Date>{accounts}{amount_of_line}{references}"
    return f"<GLTransactionLine>{parts}</GLTransactionLine>"


def upload(exact: Client, *transactions: str, topic: str = "GLTransactions") -> Reply:
    body = f"<eExact><GLTransactions>{''.join(transactions)}</GLTransactions></eExact>"
    path = f"/docs/XMLUpload.aspx?Topic={topic}&_Division_={exact.division.code}"
    return exact.call("POST", path, body.encode(), content_type="application/xml")


def messages_of(reply: Reply) -> list[tuple[str, str, str]]:
    """(type, entry number, sentence) of each message."""
    assert reply.status == 200, reply.body
    messages = ElementTree.fromstring(reply.body).iterfind("Messages/Message")
    return [
        (one.get("type", ""), one.find("Topic/Data").get("keyAlt"), one.findtext("Description"))
        for one in messages
    ]  # type: ignore[union-attr, misc]


def test_many_transactions_go_in_one_call(exact: Client) -> None:
    """Fact 5.5."""
    reply = upload(
        exact,
        *(
            transaction(number, "70", line("1300", 121), line("8000", -100, "2"), line("1500", -21, "2"))
            for number in range(1, 201)
        ),
    )
    assert messages_of(reply) == [("2", str(number), "Aangemaakt") for number in range(1, 201)]
    assert exact.world.auditor.totals_per_account(exact.division) == {
        ("1300", 2026, 3): 2_420_000,
        ("8000", 2026, 3): -2_000_000,
        ("1500", 2026, 3): -420_000,
    }


def test_each_transaction_is_its_own_unit(exact: Client) -> None:
    """Facts 5.11 and 5.12."""
    good, bad = transaction(1, "70", line("8000", -100, "0")), transaction(1, "70", line("8000", -5, "0"))
    assert messages_of(upload(exact, good, bad, transaction(2, "70", line("8000", -7, "0")))) == [
        ("2", "1", "Aangemaakt"),
        ("0", "1", "Onderwerp [GLTransactions] In gebruik: Boekstuknummer"),
        ("2", "2", "Aangemaakt"),
    ]


def test_a_vat_line_that_differs_names_the_entry(exact: Client) -> None:
    """Fact 5.8."""
    ((kind, _, text),) = messages_of(
        upload(exact, transaction(17, "70", line("8000", -100, "2"), line("1500", -20, "2")))
    )
    assert kind == "0"
    assert text.startswith(
        "Onderwerp [GLTransactions] Invoer 17: Het bedrag van de BTW regel met BTW code 2 komt niet overeen"
    )


def test_a_debtor_line_that_differs_leaves_nothing_behind(exact: Client) -> None:
    ((kind, _, text),) = messages_of(
        upload(exact, transaction(17, "70", line("1300", 100), line("8000", -100, "2")))
    )
    assert (kind, "niet in evenwicht" in text, len(exact.division["TransactionLines"])) == ("0", True, 0)


def test_a_general_journal_takes_what_balances(exact: Client) -> None:
    good = transaction(1, "90", line("1010", 100), line("8000", -100))
    bad = transaction(2, "90", line("1010", 100), line("8000", -99))
    assert [kind for kind, _, _ in messages_of(upload(exact, good, bad))] == ["2", "0"]


@pytest.mark.parametrize(
    "broken",
    [
        transaction(1, "99", line("8000", -1)),
        transaction(1, "70", line("9999", -1)),
        transaction(1, "70", line("8000", -1, relation="12345")),
        transaction(1, "70", line("8000", float("nan"))),
        transaction(1, "70"),
        "<GLTransaction/>",
    ],
)
def test_a_wrong_transaction_is_an_error_message(exact: Client, broken: str) -> None:
    ((kind, _, text),) = messages_of(upload(exact, broken))
    assert kind == "0"
    assert text.startswith("Onderwerp [GLTransactions] ")


@pytest.mark.parametrize("body", [b"", b"<eExact/>", b"<a", b'<!DOCTYPE a [<!ENTITY b "c">]><eExact/>'])
def test_a_body_that_is_no_upload_is_400(exact: Client, body: bytes) -> None:
    path = f"/docs/XMLUpload.aspx?Topic=GLTransactions&_Division_={exact.division.code}"
    assert exact.call("POST", path, body, content_type="application/xml").status == 400


def test_an_upload_counts_as_one_call(exact: Client) -> None:
    """Fact 5.13."""
    limited = Client(new_world())
    reply = upload(
        limited, transaction(1, "70", line("8000", -1, "0")), transaction(2, "70", line("8000", -1, "0"))
    )
    assert reply.headers["X-RateLimit-Minutely-Remaining"] == "59"


def test_another_topic_is_rejected(exact: Client) -> None:
    assert upload(exact, topic="Invoices").status == 400


def three() -> list[str]:
    return [transaction(number, "70", line("8000", -1, "0")) for number in (1, 2, 3)]


def test_an_upload_may_break_off_halfway(exact: Client) -> None:
    exact.world.faults.add("upload_breaks_off", endpoint="docs/XMLUpload", count=2)
    reply = upload(exact, *three())
    assert (reply.status, reply.body) == (500, b"")
    assert len(exact.division["SalesEntries"]) == 2
    assert [kind for kind, _, _ in messages_of(upload(exact, *three()))] == ["0", "0", "2"]


def test_an_answer_may_lack_its_keys_or_bear_those_of_others(exact: Client) -> None:
    exact.world.faults.add("answer_without_id", endpoint="docs/XMLUpload")
    assert [number for _, number, _ in messages_of(upload(exact, *three()))] == ["", "", ""]
    exact.world.faults.add("answer_of_another", endpoint="docs/XMLUpload")
    reply = upload(exact, transaction(4, "70", line("8000", -1, "0")))
    data = ElementTree.fromstring(reply.body).find("Messages/Message/Topic/Data")
    assert data is not None
    assert data.get("keyAlt") == "4"
    assert data.get("key") not in {row["EntryID"] for row in exact.division["SalesEntries"]}


def test_another_topic_than_entries(exact: Client) -> None:
    """Facts 5.6 and 5.14: a relation is made, or changed where it is there."""
    path = f"/docs/XMLUpload.aspx?Topic=Accounts&_Division_={exact.division.code}"
    made = '<Account code="77" status="C"><Name>Jansen</Name></Account><Account code="78"/>'
    body = f'<eExact><Accounts>{made}<Account code="1"><Email>a@b.nl</Email></Account></Accounts></eExact>'
    reply = exact.call("POST", path, body.encode(), content_type="application/xml")
    assert [kind for kind, _, _ in messages_of(reply)] == ["2", "0", "2"]
    assert exact.division.find_by_code("Accounts", "77")["Status"] == "C"  # type: ignore[index]
    changed = exact.division.find_by_code("Accounts", "1")
    assert changed is not None
    assert (changed["Name"], changed["Email"]) == ("Zorgverzekeraar Oost", "a@b.nl")


def test_an_answer_may_leave_elements_out_or_have_another_order(exact: Client) -> None:
    exact.world.faults.add("upload_leaves_out", endpoint="docs/XMLUpload", count=2)
    assert [number for _, number, _ in messages_of(upload(exact, *three()))] == ["3"]
    assert len(exact.division["SalesEntries"]) == 3
    exact.world.faults.add("upload_in_other_order", endpoint="docs/XMLUpload")
    more = [transaction(number, "70", line("8000", -1, "0")) for number in (4, 5, 6)]
    assert [number for _, number, _ in messages_of(upload(exact, *more))] == ["5", "6", "4"]
