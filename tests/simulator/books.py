"""A small world to test against, and a client that calls it without a socket."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers

from simulator import World, world_from_seed
from simulator.clock import Clock
from simulator.division import Division
from simulator.exchange import build_request
from simulator.gateway import Gateway
from simulator.people import User

NOW = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)
PRACTICE: dict[str, Any] = {
    "practice": "noorderlicht",
    "division_name": "Fysiotherapie Noorderlicht",
    "FinancialYears": [2025, 2026],
    "GLAccounts": [
        {"Code": "1010", "Description": "Tussenrekening PIN", "Type": 90},
        {"Code": "1100", "Description": "Bank", "Type": 12},
        {"Code": "1300", "Description": "Debiteuren", "Type": 20},
        {"Code": "1310", "Description": "Andere debiteuren", "Type": 20},
        {"Code": "1500", "Description": "Af te dragen btw", "Type": 24},
        {"Code": "1600", "Description": "Crediteuren", "Type": 22},
        {"Code": "8000", "Description": "Omzet verzekeraars", "Type": 110},
        {"Code": "8021", "Description": "Omzet artikelen", "Type": 110, "VATCode": "2"},
        {"Code": "8099", "Description": "Oude omzet", "Type": 110, "IsBlocked": True},
    ],
    "VATCodes": [
        {"Code": "0", "Description": "Btw 0%", "Type": "E", "Percentage": 0.0, "GLToPayCode": "1500"},
        {
            "Code": "2",
            "Description": "Btw hoog, exclusief",
            "Type": "E",
            "Percentage": 0.21,
            "GLToPayCode": "1500",
        },
        {
            "Code": "3",
            "Description": "Btw hoog, inclusief",
            "Type": "I",
            "Percentage": 0.21,
            "GLToPayCode": "1500",
        },
        {
            "Code": "4",
            "Description": "Btw laag",
            "Type": "E",
            "GLToPayCode": "1500",
            "VATPercentages": [
                {"Percentage": 0.06, "StartDate": "2001-01-01", "EndDate": "2026-01-31"},
                {"Percentage": 0.09, "StartDate": "2026-02-01"},
            ],
        },
        {"Code": "5", "Description": "Alleen grondslag", "Type": "B"},
        {"Code": "6", "Description": "Geen btw", "Type": "N"},
        {"Code": "7", "Description": "Zonder rekening", "Type": "E", "Percentage": 0.21},
    ],
    "Journals": [
        {"Code": "70", "Description": "Verkoopboek", "Type": 20, "GLAccountCode": "1300"},
        {"Code": "90", "Description": "Memoriaal", "Type": 90, "AllowVAT": True},
        {"Code": "91", "Description": "Memoriaal zonder btw", "Type": 90, "AllowVAT": False},
    ],
    "PaymentConditions": [
        {"Code": "14", "Description": "14 dagen", "PaymentDays": 14},
        {"Code": "E2", "Description": "Einde maand", "PaymentEndOfMonths": 2, "PaymentDays": 15},
    ],
    "Accounts": [
        {"Code": "1", "Name": "Zorgverzekeraar Oost", "Status": "C"},
        {"Code": "90001", "Name": "Kantoorhandel", "Status": "A", "IsSupplier": True},
    ],
}
SEED: dict[str, Any] = {
    "practices": [
        PRACTICE,
        {**PRACTICE, "practice": "zuiderlicht", "division_name": "Fysiotherapie Zuiderlicht"},
    ]
}


def new_world() -> World:
    """Two divisions, one user, clock frozen at 10 March 2026."""
    clock = Clock()
    clock.freeze(NOW)
    return world_from_seed(SEED, clock=clock)


@dataclass
class Reply:
    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def d(self) -> Any:
        return self.json()["d"]

    @property
    def results(self) -> list[dict[str, Any]]:
        return list(self.d["results"])

    @property
    def text(self) -> str:
        """What the error block says."""
        return str(self.json()["error"]["message"]["value"])


@dataclass
class Client:
    """Speaks to one division as one user; 0 calls go over a socket."""

    world: World
    practice: str = "noorderlicht"
    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateway = Gateway(self.world)
        self.token = self.world.tokens(self.user)["access_token"]

    @property
    def division(self) -> Division:
        return self.world.division(self.practice)

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        given = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        given |= self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        path, _, query = path.partition("?")
        full = path if path.startswith("/") else f"/api/v1/{self.division.code}/{path}"
        outcome = self.gateway.respond(build_request(method, full, query, given, body, "simulator"))
        assert outcome.answer is not None, "the connection was cut"
        return Reply(outcome.answer.status_code, outcome.answer.headers, bytes(outcome.answer.body))

    def get(self, path: str, **options: str) -> Reply:
        query = "&".join(f"${name}={quote(text)}" for name, text in options.items())
        return self.call("GET", f"{path}?{query}" if query else path)

    def post(self, path: str, entity: dict[str, Any]) -> Reply:
        return self.call("POST", path, json.dumps(entity).encode(), prefer="return=representation")

    def put(self, path: str, entity: dict[str, Any]) -> Reply:
        return self.call("PUT", path, json.dumps(entity).encode())

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    # Payloads ---------------------------------------------------------------------------------

    def id_of(self, table: str, code: str) -> str:
        row = self.division.find_by_code(table, code)
        assert row is not None
        return str(row["ID"])

    def line(
        self, amount: float = 100.0, vat_code: str | None = "0", account: str = "8000", **more: Any
    ) -> dict[str, Any]:
        return {
            "AmountFC": amount,
            "GLAccount": self.id_of("GLAccounts", account),
            "VATCode": vat_code,
            **more,
        }

    def sales_entry(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        entry = {
            "Customer": self.id_of("Accounts", "1"),
            "Journal": "70",
            "EntryDate": "2026-03-09",
            "PaymentCondition": "14",
        }
        return {**entry, "SalesEntryLines": list(lines) or [self.line()], **more}

    def journal_entry(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        pair = (self.line(-100.0, "", Date="2026-03-09"), self.line(100.0, "", "1010", Date="2026-03-09"))
        return {"JournalCode": "90", "GeneralJournalEntryLines": list(lines or pair), **more}

    def book(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A sales entry that must be accepted."""
        reply = self.post("salesentry/SalesEntries", self.sales_entry(*lines, **more))
        assert reply.status == 201, reply.body
        return dict(reply.d)

    def rejection(self, *lines: dict[str, Any], **more: Any) -> str:
        """The sentence with which a sales entry is rejected."""
        reply = self.post("salesentry/SalesEntries", self.sales_entry(*lines, **more))
        assert reply.status == 500, reply.body
        return reply.text

    def booked(self, entry_id: str) -> dict[str, float]:
        """G/L account code -> amount, of an entry's transaction lines."""
        totals: dict[str, float] = {}
        for line in self.get(
            "financialtransaction/TransactionLines", filter=f"EntryID eq guid'{entry_id}'"
        ).results:
            totals[line["GLAccountCode"]] = round(totals.get(line["GLAccountCode"], 0) + line["AmountDC"], 2)
        return totals
