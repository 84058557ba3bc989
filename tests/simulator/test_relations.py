"""Relations, contacts, bank accounts and the lists (facts 4.3 to 4.5, 4.10 to 4.13)."""

from __future__ import annotations

import pytest

from tests.simulator.books import Client


def test_a_code_is_given_when_none_is_sent(exact: Client) -> None:
    assert exact.post("crm/Accounts", {"Name": "Nieuw"}).d["Code"].strip() == "90002"


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ({"Name": ""}, "Verplicht: Naam"),
        ({"Name": "A", "Code": "1"}, "Gegeven bestaat reeds."),
        ({"Name": "A", "Code": "A1"}, "Ongeldig: Code"),
        ({"Name": "A", "Code": "1" * 19}, "Ongeldig: Code"),
        ({"Name": "A", "Status": "Z"}, "Ongeldig: Status"),
        ({"Name": "A" * 51}, "Ongeldig: Naam - Maximale lengte: 50"),
        ({"Name": "A", "PaymentConditionSales": "99"}, "Ongeldige referentie: Betalingsconditie"),
    ],
)
def test_a_wrong_relation_is_rejected(exact: Client, entity: dict[str, object], text: str) -> None:
    assert exact.post("crm/Accounts", entity).text == text


def test_the_code_may_not_be_in_a_put_even_unchanged(exact: Client) -> None:
    """Fact 4.3."""
    reply = exact.put(f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')", {"Code": "1", "City": "Assen"})
    assert (reply.status, reply.text) == (500, "Gegeven bestaat reeds.")


def test_too_long_a_name_can_be_cut(exact: Client) -> None:
    exact.world.switches.set("too_long_texts", "cut")
    assert exact.post("crm/Accounts", {"Name": "A" * 51}).d["Name"] == "A" * 50


def test_names_are_stored_literally(exact: Client) -> None:
    """FR-F9."""
    for name in ('=HYPERLINK("x")', "<script>", "a\\'\"%&", "e\u0301\u202e", "\U0001f9b7"):
        assert exact.post("crm/Accounts", {"Name": name}).d["Name"] == name


def test_is_sales_follows_the_status(exact: Client) -> None:
    assert exact.post("crm/Accounts", {"Name": "A", "Status": "C", "IsSales": False}).d["IsSales"] is True


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        (
            {"Account": "00000000-0000-0000-0000-000000000001", "LastName": "X"},
            "Ongeldige referentie: Relatie",
        ),
        ({"LastName": "X"}, "Verplicht: Relatie"),
        ({"Title": "JHR", "LastName": "X", "Account": "1"}, "Ongeldige referentie: Aanspreektitel"),
        ({"Account": "1"}, "Verplicht: Achternaam"),
    ],
)
def test_a_wrong_contact_is_rejected(exact: Client, entity: dict[str, object], text: str) -> None:
    if entity.get("Account") == "1":
        entity = {**entity, "Account": exact.id_of("Accounts", "1")}
    assert exact.post("crm/Contacts", entity).text == text


def test_a_contact_becomes_main_by_way_of_its_relation(exact: Client) -> None:
    """Fact 4.4: IsMainContact is read-only."""
    account = exact.id_of("Accounts", "1")
    contact = exact.post(
        "crm/Contacts", {"Account": account, "LastName": "Jansen", "Title": "MEVR", "IsMainContact": True}
    ).d
    assert contact["IsMainContact"] is False
    exact.put(f"crm/Accounts(guid'{account}')", {"MainContact": contact["ID"]})
    assert exact.get(f"crm/Contacts(guid'{contact['ID']}')").d["IsMainContact"] is True


def test_a_wrong_iban_is_rejected_and_the_first_account_is_the_main_one(exact: Client) -> None:
    account = {"Account": exact.id_of("Accounts", "1")}
    assert (
        exact.post("crm/BankAccounts", {**account, "BankAccount": "NL91ABNA0417164301"}).text
        == "Ongeldig: Bankrekening"
    )
    assert (
        exact.post("crm/BankAccounts", {**account, "BankAccount": "NL91 ABNA 0417 1643 00"}).d["Main"] is True
    )
    assert exact.post("crm/BankAccounts", {**account, "BankAccount": "NL20INGB0001234567"}).d["Main"] is False
    assert len(exact.get(f"crm/Accounts(guid'{account['Account']}')/BankAccounts").results) == 2


def test_what_is_used_in_entries_can_not_be_deleted(exact: Client) -> None:
    exact.book(exact.line(1.0, "0"))
    for path, code in (
        ("crm/Accounts", "1"),
        ("financial/GLAccounts", "8000"),
        ("financial/Journals", "70"),
        ("vat/VATCodes", "0"),
    ):
        assert exact.delete(f"{path}(guid'{exact.id_of(path.split('/')[1], code)}')").status == 500


def test_a_deleted_relation_stands_in_the_log_of_deletions(exact: Client) -> None:
    """Fact 1b."""
    account = exact.post("crm/Accounts", {"Name": "Weg"}).d["ID"]
    assert exact.delete(f"crm/Accounts(guid'{account}')").status == 204
    rows = exact.get("sync/Deleted", filter="Timestamp gt 1L and EntityType eq 2").results
    assert [(row["EntityKey"], row["EntityType"]) for row in rows] == [(account, 2)]


def test_the_log_of_deletions_forgets_after_two_months(exact: Client) -> None:
    for _ in range(2):
        account = exact.post("crm/Accounts", {"Name": "Weg"}).d["ID"]
        exact.delete(f"crm/Accounts(guid'{account}')")
        exact.world.clock.advance(days=70)
        exact.token = exact.world.tokens()["access_token"]
    assert len(exact.division["Deleted"]) == 1


def test_a_vat_account_must_be_of_type_vat(exact: Client) -> None:
    reply = exact.post(
        "vat/VATCodes", {"Code": "9", "Description": "x", "GLToPay": exact.id_of("GLAccounts", "8000")}
    )
    assert reply.text == "Ongeldig: Type (Rekening af te dragen btw)"


def test_percentages_come_with_a_vat_code_and_only_then(exact: Client) -> None:
    """Fact 4.12."""
    percentages = [{"Percentage": 0.09, "StartDate": "2026-01-01T00:00:00"}]
    code = exact.post("vat/VATCodes", {"Code": "9", "Description": "x", "VATPercentages": percentages}).d
    assert code["Percentage"] == 0.09
    assert (
        exact.get("vat/VatPercentages", filter=f"VATCodeID eq guid'{code['ID']}'").results[0]["Percentage"]
        == 0.09
    )


def test_periods_and_their_status_can_be_read(exact: Client) -> None:
    exact.division.close_period(2026, 1, "70")
    assert len(exact.get("financial/FinancialPeriods", filter="FinYear eq 2026").results) == 12
    rows = exact.get("read/financial/JournalStatusList", filter="Year eq 2026 and Period eq 1").results
    assert {row["Journal"]: row["Status"] for row in rows} == {"70": 1, "90": 0, "91": 0}


def test_receivables_are_the_open_debtor_lines(exact: Client) -> None:
    exact.book(exact.line(100.0, "2"), YourRef="26001")
    (item,) = exact.get("read/financial/ReceivablesList").results
    assert (item["Amount"], item["YourRef"], item["AccountName"]) == (121.0, "26001", "Zorgverzekeraar Oost")
    (row,) = exact.get("cashflow/Receivables", select="AmountDC,TransactionAmountDC").results
    assert (row["AmountDC"], row["TransactionAmountDC"]) == (-121.0, 121.0)


def test_balances_add_up_per_account(exact: Client) -> None:
    exact.book(exact.line(100.0, "2"))
    rows = exact.get("financial/ReportingBalance").results
    assert {row["GLAccountCode"]: row["Amount"] for row in rows} == {
        "1300": 121.0,
        "8000": -100.0,
        "1500": -21.0,
    }
