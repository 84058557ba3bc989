"""Drives the PyPI package ``exactonline``, unchanged, and prints what it saw.

Run by test_public_client.py, in an environment of its own.

    python public_client.py <base url> <ini file>

The ini file is the client's own kind of storage, with the application filled in and the code of a
consent.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import urllib.request
from typing import Any

from exactonline.api import ExactApi  # type: ignore[import-not-found]
from exactonline.elements.invoice import ExactInvoice  # type: ignore[import-not-found]
from exactonline.elements.relation import ExactCustomer  # type: ignore[import-not-found]
from exactonline.http import HTTPError  # type: ignore[import-not-found]
from exactonline.rawapi import RateLimiter  # type: ignore[import-not-found]
from exactonline.resource import GET  # type: ignore[import-not-found]
from exactonline.storage.ini import IniStorage  # type: ignore[import-not-found]

BASE = sys.argv[1]


def admin(path: str, **body: Any) -> None:
    """The simulator's clock stands still; waiting moves it."""
    data = json.dumps(body).encode()
    method = "PUT" if "switches" in path or "limits" in path else "POST"
    request = urllib.request.Request(
        f"{BASE}/simulator/api/{path}", data, {"Content-Type": "application/json"}, method=method
    )
    urllib.request.urlopen(request).read()


class VirtualLimiter(RateLimiter):  # type: ignore[misc]
    """The client's own limiter, whose waiting passes on the simulator's clock."""

    waits: list[float] = []  # noqa: RUF012 - one client, one list

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        admin("clock", seconds=61)


class Api(ExactApi):  # type: ignore[misc]
    def get_ratelimiter(self) -> RateLimiter:
        return VirtualLimiter()


class Customer(ExactCustomer):  # type: ignore[misc]
    def get_code(self) -> str:
        return "255"

    def get_name(self) -> str:
        return "Praktijk O'Brien"

    def get_address(self) -> dict[str, str]:
        return {"AddressLine1": "Dorpsstraat 1", "Postcode": "9401 AA", "City": "Assen"}


class Invoice(ExactInvoice):  # type: ignore[misc]
    amount = "100.00"

    def get_customer(self) -> Customer:
        return Customer(api=self._api)

    def get_created_date(self) -> dt.date:
        return dt.date(2026, 3, 9)

    def get_exact_journal(self) -> str:
        return "70"

    def get_ledger_lines(self) -> list[dict[str, Any]]:
        return [
            {
                "code": "8000",
                "vat_percentage": 21,
                "total_amount_excl_vat": self.amount,
                "description": "Consult",
                "month": dt.date(2026, 3, 1),
            }
        ]

    def get_invoice_number(self) -> str:
        return "26'001"

    def get_total_amount_incl_vat(self) -> str:
        return "121.00"

    def get_total_vat(self) -> str:
        return "21.00"

    def hint_exact_invoice_number(self) -> int:
        return 26001


def rejection(act: Any) -> list[Any]:
    try:
        act()
    except HTTPError as error:
        return [error.code, json.loads(error.response)["error"]["message"]["value"]]
    return []


def main() -> dict[str, Any]:
    storage = IniStorage(sys.argv[2])
    api, seen = Api(storage=storage), {}
    api.request_token(storage.get_code())
    choices, current = api.get_divisions()
    seen["divisions"] = sorted(choices.values())
    api.set_division(current)

    seen["number_for_text"] = rejection(Customer(api=api).commit)[:1]
    admin("switches/numbers_as_text", value="accepted")
    Customer(api=api).commit()
    seen["code_in_put"] = rejection(Customer(api=api).commit)
    seen["relation"] = [row["Name"] for row in api.relations.filter(relation_code="255")]

    Invoice(api=api).commit()
    changed = Invoice(api=api)
    changed.amount = "200.00"
    changed.commit()
    booked = api.invoices.get(invoice_number="26'001")
    seen["invoice"] = [
        booked["AmountDC"],
        [line["AmountFC"] for line in booked["SalesEntryLines"]],
        booked["EntryDate"],
    ]
    seen["map"] = api.invoices.map_exact2foreign_invoice_numbers([booked["InvoiceNumber"]])
    seen["vat"] = api.vatcodes.get_percentage(vat_code="2  ")

    due = {"duedate__lt": dt.date(2026, 12, 31)}
    seen["date_without_time"] = rejection(lambda: api.receivables.filter(**due))[:1]
    admin("switches/date_literal_without_time", value="accepted")
    seen["receivable"] = [row["Amount"] for row in api.receivables.filter(**due)]

    seen["pages"] = len(api.restv1(GET("crm/Accounts?$select=ID&$filter=Status+eq+'C'")))

    admin("clock", seconds=590)
    storage.set_access_expiry(int(time.time()) + 10)
    before = storage.get_refresh_token()
    seen["me"] = api.rest(GET("v1/current/Me?$select=FullName"))[0]["FullName"]
    seen["rotated"] = storage.get_refresh_token() != before

    admin("limits", calls_per_minute=5, calls_per_day=5000)
    seen["limited"] = [len(api.vatcodes.all()) for _ in range(12)]
    seen["waits"] = len(VirtualLimiter.waits)
    return seen


if __name__ == "__main__":
    print(json.dumps(main()))
