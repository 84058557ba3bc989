"""Books the payloads of a case in the simulator, through its API, and reads the trial balance."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from exact_online.settings import ExactLists
from exact_online.vocabulary import BookingKind
from simulator import world_from_seed
from simulator.exchange import build_request
from simulator.gateway import Gateway
from tests.transform.practice import YEARS

RELATION = "@relation"
RESOURCES = {
    BookingKind.SALES_ENTRY: "salesentry/SalesEntries",
    BookingKind.GENERAL_JOURNAL_ENTRY: "generaljournalentry/GeneralJournalEntries",
}
PERCENTAGES = {
    "0": [{"Percentage": 0.0, "StartDate": "2001-01-01"}],
    "1": [
        {"Percentage": 0.06, "StartDate": "2001-01-01", "EndDate": "2018-12-31"},
        {"Percentage": 0.09, "StartDate": "2019-01-01"},
    ],
    "2": [
        {"Percentage": 0.19, "StartDate": "2001-01-01", "EndDate": "2012-09-30"},
        {"Percentage": 0.21, "StartDate": "2012-10-01"},
    ],
}
NAMES = {
    "1300": "Debiteuren",
    "1520": "Af te dragen btw nul",
    "1521": "Af te dragen btw laag",
    "1522": "Af te dragen btw hoog",
    "2010": "Tussenrekening PIN",
    "2011": "Tussenrekening contant",
}
PROFESSIONS = {"0": "fysiotherapie", "1": "logopedie"}
GROUPS = {"0": "verzekeraars", "1": "patiënten", "2": "instellingen", "3": "artikelen"}
RATES = {"0": "nul", "1": "laag", "2": "hoog"}


@dataclass(frozen=True)
class Balance:
    """One account of a trial balance, in cents."""

    code: str
    name: str
    debit: int
    credit: int


def account_name(code: str) -> str:
    if code in NAMES:
        return NAMES[code]
    if code[1] not in PROFESSIONS:
        return f"Omzet van vroeger {code}"
    return f"Omzet {PROFESSIONS[code[1]]} {GROUPS[code[2]]} btw {RATES[code[3]]}"


def seed(lists: ExactLists) -> dict[str, Any]:
    """The division of a case as the document that the simulator is seeded with (docs/contracts.md,
    Demo settings)."""
    codes_by_id = {account.id: account.code for account in lists.gl_accounts.values()}
    return {
        "practice": "golden",
        "division_name": "Gouden gevallen",
        "Titles": ["DHR", "MEVR"],
        "FinancialYears": list(YEARS),
        "GLAccounts": [
            {
                "ID": account.id,
                "Code": account.code,
                "Description": account_name(account.code),
                "Type": int(account.type),
                "IsBlocked": account.blocked,
                **({"VATCode": account.vat_code} if account.vat_code else {}),
            }
            for account in lists.gl_accounts.values()
        ],
        "Journals": [
            {
                "Code": journal.code,
                "Description": f"Dagboek {journal.code}",
                "Type": int(journal.type),
                "AllowVAT": journal.allow_vat,
                "GLAccountCode": codes_by_id.get(journal.gl_account or ""),
            }
            for journal in lists.journals.values()
        ],
        "VATCodes": [
            {
                "Code": code.code,
                "Description": f"Btw {code.code}",
                "Type": code.kind.value,
                "VATPercentages": PERCENTAGES[code.code],
                "GLToPayCode": codes_by_id[code.gl_to_pay or ""],
            }
            for code in lists.vat_codes.values()
        ],
        "PaymentConditions": [
            {
                "Code": condition.code,
                "Description": condition.code,
                "PaymentMethod": "B",
                "PaymentDays": condition.days or 0,
            }
            for condition in lists.payment_conditions.values()
        ],
    }


class Books:
    """A division in the simulator, called as the loader calls Exact, but without a socket."""

    def __init__(self, lists: ExactLists) -> None:
        self.world = world_from_seed({"practices": [seed(lists)]})
        self.division = self.world.division("golden")
        self.gateway = Gateway(self.world)
        self.token = self.world.tokens()["access_token"]
        self.relations: dict[str, str] = {}

    def post(self, path: str, body: str) -> dict[str, Any]:
        """What Exact made of it; AssertionError with Exact's own words when it rejects it."""
        headers = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/json",
            "content-type": "application/json",
            "prefer": "return=representation",
        }
        request = build_request("POST", f"/api/v1/{self.division.code}/{path}", "", headers, body.encode())
        answer = self.gateway.respond(request).answer
        assert answer is not None
        assert answer.status_code == 201, bytes(answer.body).decode()
        made: dict[str, Any] = json.loads(bytes(answer.body))["d"]
        return made

    def relation(self, number: str) -> str:
        """The id of a debtor's relation, made if it is not there yet."""
        if number not in self.relations:
            account = {"Code": number.rjust(18), "Name": f"Debiteur {number}", "Status": "C"}
            self.relations[number] = self.post("crm/Accounts", json.dumps(account))["ID"]
        return self.relations[number]

    def add_debtor(self, number: str, payload: str) -> None:
        parts = json.loads(payload)
        self.relations[number] = self.post("crm/Accounts", json.dumps(parts["account"]))["ID"]
        for name, path in (("contact", "crm/Contacts"), ("bank_account", "crm/BankAccounts")):
            if parts[name]:
                self.post(path, json.dumps(parts[name]).replace(RELATION, self.relations[number]))

    def trial_balance(self) -> list[Balance]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for line in self.division["TransactionLines"]:
            cents = round(line["AmountDC"] * 100)
            sums[self.division["GLAccounts"].rows[line["GLAccount"]]["Code"]][cents < 0] += abs(cents)
        return [
            Balance(code, account_name(code), *sides) for code, sides in sorted(sums.items()) if any(sides)
        ]


def book_all(debtors: pd.DataFrame, bookings: pd.DataFrame, lists: ExactLists) -> list[Balance]:
    """Post everything, relations first; the trial balance afterwards."""
    books = Books(lists)
    for row in debtors.itertuples():
        books.add_debtor(str(row.source_key), str(row.payload))
    for row in bookings.itertuples():
        relation = books.relation(str(row.debtor_number))
        books.post(RESOURCES[BookingKind(str(row.kind))], str(row.payload).replace(RELATION, relation))
    return books.trial_balance()
