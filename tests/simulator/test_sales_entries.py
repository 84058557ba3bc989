"""Sales entries: what Exact computes, generates and rejects (facts 4.6, 4.7, 4.7a and 6.3)."""

from __future__ import annotations

import pytest

from tests.simulator.books import Client


def test_debtor_and_vat_lines_are_generated(exact: Client) -> None:
    entry = exact.book(exact.line(100.0, "2"), exact.line(50.0, "0"))
    assert exact.booked(entry["EntryID"]) == {"1300": 171.0, "8000": -150.0, "1500": -21.0}
    assert (entry["AmountDC"], entry["VATAmountDC"], entry["Type"], entry["Status"]) == (171.0, 21.0, 20, 20)


def test_the_debtor_line_is_0_and_the_vat_line_9999(exact: Client) -> None:
    entry = exact.book(exact.line(100.0, "2"))
    lines = exact.get(
        "financialtransaction/TransactionLines", filter=f"EntryID eq guid'{entry['EntryID']}'"
    ).results
    assert sorted((line["LineNumber"], line["AmountDC"]) for line in lines) == [
        (0, 121.0),
        (1, -100.0),
        (9999, -21.0),
    ]


@pytest.mark.parametrize(
    ("code", "amount", "override", "net", "vat"),
    [
        ("2", 8.26, None, 8.26, 1.73),
        ("2", 8.26, 1.74, 8.26, 1.74),
        ("3", 10.0, None, 8.26, 1.74),
        ("3", 10.0, 1.73, 8.27, 1.73),
        ("5", 10.0, None, 10.0, 0.0),
        ("6", 10.0, None, 10.0, 0.0),
        ("", 10.0, None, 10.0, 0.0),
        ("2", -8.26, None, -8.26, -1.73),
        ("2", 0.5, None, 0.5, 0.11),
        ("2", "0.50", None, 0.5, 0.11),
    ],
)
def test_vat_follows_the_type_of_the_code(
    exact: Client, code: str, amount: float, override: float | None, net: float, vat: float
) -> None:
    """Excluding adds, including holds, the client's own amount overrides (fact 4.7a)."""
    entry = exact.book(exact.line(amount, code, VATAmountFC=override))
    assert entry["VATAmountDC"] == vat
    assert exact.booked(entry["EntryID"])["8000"] == -net


def test_the_percentage_is_the_one_of_the_entry_date(exact: Client) -> None:
    assert exact.book(exact.line(100.0, "4"), EntryDate="2026-01-31")["VATAmountDC"] == 6.0
    assert exact.book(exact.line(100.0, "4"), EntryDate="2026-02-01")["VATAmountDC"] == 9.0


def test_a_line_without_vat_code_takes_the_one_of_its_account(exact: Client) -> None:
    line = exact.line(100.0, account="8021")
    del line["VATCode"]
    assert exact.book(line)["VATAmountDC"] == 21.0


def test_a_percentage_instead_of_a_code_works_above_zero_only(exact: Client) -> None:
    assert exact.book(exact.line(100.0, None, VATPercentage=0.21))["VATAmountDC"] == 21.0
    assert exact.rejection(exact.line(100.0, None, VATPercentage=0.5)) == "Ongeldig: Btw-percentage [0.5]"


def test_a_negative_total_is_a_credit_note(exact: Client) -> None:
    assert exact.book(exact.line(-100.0, "2"))["Type"] == 21


def test_what_a_client_sends_as_type_only_counts_with_the_switch(exact: Client) -> None:
    assert exact.book(Type=21)["Type"] == 20
    exact.world.switches.set("credit_note_type", "as_sent")
    assert exact.book(Type=21)["Type"] == 21


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Customer": None}, "Verplicht: Klant"),
        ({"Customer": "00000000-0000-0000-0000-000000000001"}, "Ongeldige referentie: Klant"),
        ({"Journal": None}, "Verplicht: Dagboek"),
        ({"Journal": "00000000-0000-0000-0000-000000000001"}, "Ongeldige referentie: Journals"),
        ({"Journal": "90"}, "Ongeldig: Dagboek"),
        ({"PaymentCondition": None}, "Verplicht: Betalingsconditie"),
        ({"PaymentCondition": "99"}, "Ongeldige referentie: Betalingsconditie"),
        ({"EntryDate": "2027-01-01"}, "Onbekend: Boekjaar (Periode-datumtabel)"),
        ({"ReportingYear": 2026, "ReportingPeriod": 13}, "Onbekend: Boekjaar (Periode-datumtabel)"),
        ({"Currency": "USD"}, "Ongeldige referentie: Valuta"),
        ({"Rate": 1.1}, "Niet toegestaan: Wisselkoers"),
        ({"SalesEntryLines": []}, "Verplicht: Verkoopboekingsregels"),
    ],
)
def test_a_wrong_header_is_rejected(exact: Client, change: dict[str, object], text: str) -> None:
    reply = exact.post("salesentry/SalesEntries", exact.sales_entry() | change)
    assert (reply.status, reply.text) == (500, text)
    assert len(exact.division["SalesEntries"]) == 0


@pytest.mark.parametrize(
    ("account", "code", "more", "text"),
    [
        ("1300", "0", {}, "Ongeldig: Grootboekrekeningtype"),
        ("1500", "0", {}, "Ongeldig: Grootboekrekeningtype"),
        ("1100", "0", {}, "Ongeldig: Grootboekrekeningtype"),
        ("8099", "0", {}, "Geblokkeerd: Grootboekrekening"),
        ("8000", "99", {}, "Ongeldige referentie: Btw-code"),
        ("8000", "7", {}, "Verplicht: Rekening af te dragen btw"),
        (
            "8000",
            "6",
            {"VATAmountFC": 1},
            'Een btw bedrag is niet toegestaan als u gebruikmaakt van een btw-code van het type "geen btw"',
        ),
        ("8000", "0", {"AmountFC": None}, "Verplicht: Bedrag"),
        ("8000", "0", {"AmountFC": 1e300}, "Ongeldig: Bedrag"),
        (
            "8000",
            "0",
            {"GLAccount": "00000000-0000-0000-0000-000000000001"},
            "Ongeldige referentie: Grootboekrekening",
        ),
        ("8000", "0", {"CostCenter": "X"}, "Ongeldige referentie: Kostenplaats"),
    ],
)
def test_a_wrong_line_is_rejected(
    exact: Client, account: str, code: str, more: dict[str, object], text: str
) -> None:
    assert exact.rejection(exact.line(10.0, code, account) | more) == text


def test_several_problems_come_in_one_answer(exact: Client) -> None:
    """Fact 6.1: joined by CRLF."""
    assert exact.rejection(exact.line(10.0, "99", "8099"), Journal="90").split("\r\n") == [
        "Ongeldig: Dagboek",
        "Geblokkeerd: Grootboekrekening",
        "Ongeldige referentie: Btw-code",
    ]


def test_only_a_customer_can_be_booked_on(exact: Client) -> None:
    assert exact.rejection(Customer=exact.id_of("Accounts", "90001")) == "Ongeldig: Klant (Type)"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Blocked": True}, "Geblokkeerd: Klant"),
        ({"EndDate": "2026-03-01"}, "Niet actief: Klant"),
        ({"StartDate": "2026-04-01"}, "Niet actief: Klant"),
    ],
)
def test_a_blocked_or_inactive_relation_is_rejected(
    exact: Client, change: dict[str, object], text: str
) -> None:
    exact.put(f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')", change)
    assert exact.rejection() == text


def test_a_relation_with_another_receivables_account_than_the_journal_is_rejected(exact: Client) -> None:
    exact.put(
        f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')", {"GLAR": exact.id_of("GLAccounts", "1310")}
    )
    assert exact.rejection().startswith("De klantenrekening van deze relatie is niet gelijk")


def test_the_entry_number_is_unique_per_journal_and_year(exact: Client) -> None:
    exact.book(EntryNumber=26001)
    assert exact.rejection(EntryNumber=26001) == "In gebruik: Boekstuknummer"
    assert exact.book(EntryNumber=26001, EntryDate="2025-12-31")["EntryNumber"] == 26001


def test_without_an_entry_number_the_journal_counts_on(exact: Client) -> None:
    assert [exact.book()["EntryNumber"] for _ in range(2)] == [26700001, 26700002]


def test_a_closed_period_is_rejected_and_its_entries_are_processed(exact: Client) -> None:
    entry = exact.book()
    exact.division.close_period(2026, 3)
    assert exact.rejection() == "Periode is afgesloten: 2026 - 03"
    path = f"salesentry/SalesEntries(guid'{entry['EntryID']}')"
    assert exact.get(path).d["Status"] == 50
    assert exact.delete(path).status == 500
    assert exact.put(path, {"Description": "x"}).status == 500


@pytest.mark.parametrize(("condition", "due"), [("14", "2026-01-31"), ("E2", "2026-04-15")])
def test_the_due_date_follows_the_payment_condition(exact: Client, condition: str, due: str) -> None:
    """Fact 4.7a: 17-01 with two month ends and 15 days gives 15-04."""
    entry = exact.book(EntryDate="2026-01-17", PaymentCondition=condition)
    days = {"2026-01-31": 1769817600000, "2026-04-15": 1776211200000}
    assert entry["DueDate"] == f"/Date({days[due]})/"


def test_the_payment_condition_of_the_relation_is_the_default(exact: Client) -> None:
    exact.put(f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')", {"PaymentConditionSales": "14"})
    assert exact.book(PaymentCondition=None)["PaymentCondition"] == "14"


def test_another_customer_rebuilds_the_payment_reference(exact: Client) -> None:
    """Fact 4.7a, seen live."""
    other = exact.post("crm/Accounts", {"Name": "Ander", "Code": "2", "Status": "C"}).d["ID"]
    entry = exact.book(EntryNumber=26001)
    path = f"salesentry/SalesEntries(guid'{entry['EntryID']}')"
    assert exact.put(path, {"Customer": other}).status == 204
    assert (entry["PaymentReference"], exact.get(path).d["PaymentReference"]) == ("1/26001", "2/26001")


def test_the_year_of_an_entry_is_fixed(exact: Client) -> None:
    entry = exact.book()
    reply = exact.put(f"salesentry/SalesEntries(guid'{entry['EntryID']}')", {"EntryDate": "2025-12-31"})
    assert (reply.status, reply.text) == (500, "Het boekjaar kan niet worden gewijzigd.")


def test_a_changed_amount_computes_the_vat_again(exact: Client) -> None:
    entry = exact.book(exact.line(100.0, "2"))
    line = exact.get("salesentry/SalesEntryLines", filter=f"EntryID eq guid'{entry['EntryID']}'").results[0]
    assert exact.put(f"salesentry/SalesEntryLines(guid'{line['ID']}')", {"AmountFC": 200.0}).status == 204
    assert exact.booked(entry["EntryID"]) == {"1300": 242.0, "8000": -200.0, "1500": -42.0}


def test_deleting_the_last_line_deletes_the_entry(exact: Client) -> None:
    entry = exact.book(exact.line(1.0), exact.line(2.0), EntryNumber=26001)
    lines = exact.get("salesentry/SalesEntryLines", filter=f"EntryID eq guid'{entry['EntryID']}'").results
    exact.delete(f"salesentry/SalesEntryLines(guid'{lines[0]['ID']}')")
    assert len(exact.division["SalesEntries"]) == 1
    exact.delete(f"salesentry/SalesEntryLines(guid'{lines[1]['ID']}')")
    assert len(exact.division["SalesEntries"]) == len(exact.division["TransactionLines"]) == 0
    assert exact.book(EntryNumber=26001)


def test_a_line_of_its_own_joins_an_open_entry(exact: Client) -> None:
    entry = exact.book(exact.line(100.0))
    assert (
        exact.post("salesentry/SalesEntryLines", exact.line(10.0, "2") | {"EntryID": entry["EntryID"]}).status
        == 201
    )
    assert exact.booked(entry["EntryID"]) == {"1300": 112.1, "8000": -110.0, "1500": -2.1}


def test_an_own_key_is_ignored_unless_the_switch_keeps_it(exact: Client) -> None:
    """Fact 4.7a, unknown."""
    own = "11111111-2222-3333-4444-555555555555"
    assert exact.book(EntryID=own)["EntryID"] != own
    exact.world.switches.set("own_keys", "kept")
    assert exact.book(EntryID=own)["EntryID"] == own
    assert exact.rejection(EntryID=own) == "Gegeven bestaat reeds."


def test_an_unknown_optional_reference_is_nulled_unless_the_switch_rejects(exact: Client) -> None:
    document = "11111111-2222-3333-4444-555555555555"
    assert exact.book(Document=document)["Document"] is None
    exact.world.switches.set("unknown_optional_references", "rejected")
    assert exact.rejection(Document=document) == "Ongeldige referentie: Document"


def test_an_english_user_reads_english(exact: Client) -> None:
    exact.world.user.language = "EN"
    assert exact.rejection(PaymentCondition=None) == "Mandatory: Payment condition"


def test_rejections_can_be_400(exact: Client) -> None:
    exact.world.switches.set("functional_errors", "status_400")
    assert exact.post("salesentry/SalesEntries", exact.sales_entry(Journal="90")).status == 400
