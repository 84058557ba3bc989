"""The OData v2 JSON that Exact speaks (facts 1.4 to 1.34, 1a)."""

from __future__ import annotations

import pytest

from tests.simulator.books import Client, Reply


def accounts(exact: Client, **options: str) -> Reply:
    return exact.get("crm/Accounts", **{"filter": "Status ne 'X'", **options})


def add_accounts(exact: Client, count: int) -> None:
    for number in range(count):
        assert (
            exact.post(
                "crm/Accounts", {"Name": f"Debiteur {number:03}", "Code": str(1000 + number), "Status": "C"}
            ).status
            == 201
        )


def test_a_page_holds_60_rows_and_next_leads_to_the_rest(exact: Client) -> None:
    add_accounts(exact, 130)
    found, pages, reply = [], 0, accounts(exact, select="Code")
    while True:
        pages += 1
        found += [row["Code"] for row in reply.results]
        if "__next" not in reply.d:
            break
        assert len(reply.results) == 60
        assert "$skiptoken=guid" in reply.d["__next"]
        assert "$select=Code" in reply.d["__next"]
        reply = exact.call("GET", reply.d["__next"].removeprefix("http://simulator"))
    assert (pages, len(set(found))) == (3, 132)


def test_a_bulk_page_holds_1000_rows(exact: Client) -> None:
    for number in range(510):
        exact.book(YourRef=f"{number}")
    reply = exact.get("bulk/Financial/TransactionLines", select="ID")
    assert len(reply.results) == 1000
    rest = exact.call("GET", reply.d["__next"].removeprefix("http://simulator"))
    assert len(reply.results) + len(rest.results) == len(exact.division["TransactionLines"])


def test_with_a_top_that_fits_the_answer_is_a_bare_array(exact: Client) -> None:
    """Fact 1.6."""
    assert [row["Code"].strip() for row in accounts(exact, top="1", orderby="Code desc").d] == ["90001"]


def test_a_top_beyond_the_page_is_capped(exact: Client) -> None:
    add_accounts(exact, 70)
    assert len(accounts(exact, top="70").results) == 60
    exact.world.switches.set("top_beyond_page", "up_to_1000")
    assert len(accounts(exact, top="70").d) == 70


def test_ordered_pages_neither_repeat_nor_skip(exact: Client) -> None:
    add_accounts(exact, 70)
    first = accounts(exact, orderby="Name desc", select="Name")
    second = exact.call("GET", first.d["__next"].removeprefix("http://simulator"))
    names = [row["Name"] for row in first.results + second.results]
    assert names == sorted(names, reverse=True)
    assert len(names) == 72


def test_codes_are_padded_and_only_a_padded_literal_finds_them(exact: Client) -> None:
    """Facts 1.18 and 1.19."""
    assert exact.get("crm/Accounts", filter="Code eq '90001'").results == []
    assert (
        exact.get("crm/Accounts", filter="Code eq '             90001'").results[0]["Code"]
        == "             90001"
    )
    assert len(exact.get("crm/Accounts", filter="trim(Code) eq '90001'").results) == 1
    assert {row["Code"] for row in exact.get("vat/VATCodes").results} >= {"0  ", "2  "}


def test_int64_is_text_and_dates_are_milliseconds(exact: Client) -> None:
    """Facts 1.15 and 1.17."""
    row = exact.get("sync/CRM/Accounts", filter="Timestamp gt 1L").results[0]
    assert isinstance(row["Timestamp"], str)
    assert exact.book()["EntryDate"] == "/Date(1773014400000)/"


def test_created_is_the_dutch_wall_clock(exact: Client) -> None:
    """Fact 1.15: 02:00 UTC is 03:00 in Amsterdam in March."""
    assert exact.book()["Created"] == "/Date(1773111600000)/"


def test_lines_are_deferred_until_they_are_expanded(exact: Client) -> None:
    """Fact 1.10."""
    entry = exact.book()
    path = f"salesentry/SalesEntries(guid'{entry['EntryID']}')"
    deferred = exact.get(path).d["SalesEntryLines"]["__deferred"]["uri"]
    expanded = exact.get(path, expand="SalesEntryLines", select="EntryID,SalesEntryLines/AmountFC").d
    assert [line["AmountFC"] for line in expanded["SalesEntryLines"]["results"]] == [100.0]
    assert set(expanded) == {"__metadata", "EntryID", "SalesEntryLines"}
    assert len(exact.call("GET", deferred.removeprefix("http://simulator")).results) == 1


def test_every_entity_says_where_and_what_it_is(exact: Client) -> None:
    """Fact 1.9."""
    row = accounts(exact, top="1").d[0]
    uri = f"http://simulator/api/v1/{exact.division.code}/crm/Accounts(guid'{row['ID']}')"
    assert row["__metadata"] == {"uri": uri, "type": "Exact.Web.Api.Models.Account"}


def test_inlinecount_and_count(exact: Client) -> None:
    """Fact 1.11."""
    assert accounts(exact, inlinecount="allpages", top="1").d["__count"] == "2"
    assert exact.call("GET", "crm/Accounts/$count", accept="").body == b"2"
    assert exact.get("crm/Accounts/$count").status == 415


@pytest.mark.parametrize(
    ("path", "options", "text"),
    [
        (
            "bulk/CRM/Accounts",
            {"filter": "Status eq 'C'"},
            "Please add a $select or a $top=1 statement to the query string.",
        ),
        (
            "generaljournalentry/GeneralJournalEntries",
            {},
            "Please add a $select or a $top=1 statement to the query string.",
        ),
        ("sync/CRM/Accounts", {"filter": "Name eq 'x'"}, "Filtering on these fields is not supported: Name"),
        (
            "financialtransaction/TransactionLines",
            {"filter": "LineNumber eq 0"},
            "Filtering on these fields is not supported: LineNumber",
        ),
        (
            "vat/VATCodes",
            {"filter": "ID eq 1"},
            "Operator 'eq' incompatible with operand types 'System.Guid' and 'System.Int32' at position 3.",
        ),
        ("vat/VATCodes", {"filter": "Code"}, "Expression of type 'System.Boolean' expected at position 0."),
        (
            "vat/VATCodes",
            {"filter": "Nope eq 1"},
            "No property 'Nope' exists in type 'Exact.Web.Api.Models.VATCode' at position 0.",
        ),
        ("vat/VATCodes", {"filter": "Code eq Description"}, "Bad Request - Error in query syntax."),
        ("vat/VATCodes", {"filter": "Code eq 'a"}, "Bad Request - Error in query syntax."),
        (
            "vat/VATCodes",
            {"filter": "Created gt datetime'2026-01-29'"},
            "Bad Request - Error in query syntax.",
        ),
        (
            "vat/VATCodes",
            {"select": "Nope"},
            "Could not find a property named 'Nope' on type 'Exact.Web.Api.Models.VATCode'.",
        ),
        (
            "vat/VATCodes",
            {"nope": "1"},
            "The query parameter '$nope' begins with a system-reserved '$' character but is not recognized.",
        ),
        ("vat/VATCodes", {"top": "-1"}, "Incorrect format for $top argument '-1'."),
        ("sync/CRM/Contacts", {"select": "*"}, "$select=* is not supported."),
    ],
)
def test_a_wrong_question_gets_exacts_sentence(
    exact: Client, path: str, options: dict[str, str], text: str
) -> None:
    """Fact 1a."""
    reply = exact.get(path, **options)
    assert (reply.status, reply.text) == (400, text)


def test_accounts_need_a_filter_on_a_known_field(exact: Client) -> None:
    """Fact 1a."""
    reply = exact.get("crm/Accounts")
    assert reply.status == 400
    assert reply.text.startswith("This endpoint has mandatory filtering applied. A GET request")
    assert ",EORINumber," in reply.text


def test_a_url_beyond_6000_characters_is_rejected(exact: Client) -> None:
    """Fact 1.30."""
    assert accounts(exact, filter="Name eq '" + "x" * 6000 + "'").status == 400


def test_quotes_are_doubled_and_find_exactly_one(exact: Client) -> None:
    """Fact 1.14."""
    exact.post("crm/Accounts", {"Name": "Fysio 't Hof", "Status": "C"})
    assert len(exact.get("crm/Accounts", filter="Name eq 'Fysio ''t Hof'").results) == 1
    assert len(exact.get("crm/Accounts", filter="Name eq 'x'' or 1 eq 1'").results) == 0


def test_the_service_is_found_in_any_case_and_the_resource_only_in_its_own(exact: Client) -> None:
    """Fact 1.33."""
    assert exact.get("CRM/Accounts", filter="Status eq 'C'").status == 200
    assert exact.get("crm/accounts", filter="Status eq 'C'").status == 404


def test_an_unknown_key_is_404_and_no_key_is_400(exact: Client) -> None:
    """Fact 1.8."""
    assert exact.get("crm/Accounts(guid'00000000-0000-0000-0000-000000000001')").status == 404
    assert exact.get("crm/Accounts(1)").status == 400


def test_without_prefer_only_the_key_comes_back(exact: Client) -> None:
    """Fact 1.23, the harder half."""
    reply = exact.call("POST", "crm/Accounts", b'{"Name": "A"}')
    filled = [name for name, value in reply.d.items() if value is not None]
    assert filled == ["__metadata", "ID"]
    exact.world.switches.set("answer_without_prefer", "full")
    assert exact.call("POST", "crm/Accounts", b'{"Name": "B"}').d["Name"] == "B"


def test_a_put_answers_204_and_changes_only_what_is_given(exact: Client) -> None:
    """Facts 1.22 and 1.25."""
    path = f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')"
    reply = exact.put(path, {"City": "Assen"})
    assert (reply.status, reply.body) == (204, b"")
    assert exact.get(path, select="City,Name").d["Name"] == "Zorgverzekeraar Oost"


def test_lines_in_a_put_are_rejected(exact: Client) -> None:
    """Fact 1.25."""
    entry = exact.book()
    reply = exact.put(f"salesentry/SalesEntries(guid'{entry['EntryID']}')", {"SalesEntryLines": []})
    assert reply.status == 400
    assert reply.text.startswith("Error processing request stream. Binding to new entities")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"Name": NaN}', b"\xff", b'"x"', b"[" * 100_000])
def test_a_body_that_is_no_object_is_rejected(exact: Client, body: bytes) -> None:
    """Fact 1.3."""
    reply = exact.call("POST", "crm/Accounts", body)
    assert reply.status == 400
    assert (
        reply.text
        == "Error processing request stream. The request should be a valid top-level resource object."
    )


def test_without_an_accept_of_json_the_answer_is_atom(exact: Client) -> None:
    """Fact 1.2."""
    reply = exact.call("GET", "vat/VATCodes?$top=1", accept="*/*")
    assert reply.headers["Content-Type"].startswith("application/atom+xml")
    assert b"<d:Code>" in reply.body
    assert exact.call("GET", "vat/VATCodes", accept="application/xml").status == 415


@pytest.mark.parametrize(
    ("switch", "written", "day"),
    [
        ("shifted", "2026-03-09T23:30:00Z", 10),
        ("as_written", "2026-03-09T23:30:00Z", 9),
        ("shifted", "2026-03-09", 9),
    ],
)
def test_a_zone_in_a_date_may_move_it_to_another_day(
    exact: Client, switch: str, written: str, day: int
) -> None:
    """Fact 1.16."""
    exact.world.switches.set("zoned_dates", switch)
    assert exact.book(EntryDate=written)["EntryDate"] == f"/Date({1773014400000 + (day - 9) * 86_400_000})/"


def test_bulk_can_be_flat(exact: Client) -> None:
    """Fact 1.7."""
    exact.world.switches.set("bulk_envelope", "flat")
    assert isinstance(exact.get("bulk/Financial/GLAccounts", select="Code").d, list)
