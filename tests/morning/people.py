"""What people do beside the link: the practice in James, the bookkeeper in Exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import requests

from tests.link.james import SmallJames
from tests.morning.places import DAY, debtor, invoice, number_of, practices, zero_vat

PATIENTS_ZERO = "8010"
"""Where what patients pay without VAT is booked."""


@dataclass(frozen=True)
class Bookkeeper:
    """Presses the forms of the simulator's pages, as a browser would."""

    url: str

    def division(self, code: str) -> int:
        """Return the number of a practice's division."""
        found = requests.get(f"{self.url}/simulator/api/divisions", timeout=10).json()
        return int(next(each["code"] for each in found if each["practice"] == code))

    def press(self, code: str, path: str, **form: Any) -> None:
        """Fill in a form of the books of a practice."""
        self._post(f"/boeken/{self.division(code)}/{path}", form)

    def period(self, code: str, act: str, number: int = 10) -> None:
        """Close or open a month of 2026: *sluiten*, *openen*."""
        form = {"division": self.division(code), "year": 2026, "period": number, "act": act}
        self._post("/schakelbord/periode", form)

    def entry(self, code: str, reference: int) -> str:
        """Return the id of the entry with a reference, from the list of entries."""
        page = requests.get(
            f"{self.url}/boeken/{self.division(code)}/boekingen", {"zoek": reference}, timeout=10
        )
        (row,) = [line for line in page.text.splitlines() if f"<td>{reference}</td>" in line]
        return row.split("/boekingen/")[1].split('"')[0]

    def users(self) -> list[dict[str, Any]]:
        """Return the users of Exact."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/simulator/api/users", timeout=10).json()
        return found

    def give_own_user(self, code: str) -> None:
        """Let the division of a practice have a user of its own, and no other."""
        (first,) = self.users()
        number = self.division(code)
        others = [division for division in first["divisions"] if division != number]
        names = {"user_name": first["user_name"], "full_name": first["full_name"]}
        api = f"{self.url}/simulator/api/users"
        own = {"user_name": "bert", "full_name": "Bert Boekhouder", "divisions": [number]}
        requests.put(
            f"{api}/{first['id']}", json={**names, "divisions": others}, timeout=10
        ).raise_for_status()
        requests.post(api, json=own, timeout=10).raise_for_status()

    def an_hour_passes(self) -> None:
        """Move the clock of Exact: within ten minutes it gives no new token."""
        requests.post(f"{self.url}/simulator/api/clock", json={"hours": 1}, timeout=10).raise_for_status()

    def withdraw(self, user_name: str) -> None:
        """Withdraw the consent of a user."""
        (user,) = [each["id"] for each in self.users() if each["user_name"] == user_name]
        self._post("/schakelbord/gebruiker", {"user": user, "act": "intrekken"})

    def _post(self, path: str, form: dict[str, Any]) -> None:
        answer = requests.post(self.url + path, data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == requests.codes.see_other, answer.text


@dataclass(frozen=True)
class Practice:
    """One practice: its staff at James, its bookkeeper at Exact."""

    code: str
    owner: psycopg.Connection[Any]
    exact: Bookkeeper

    @property
    def james(self) -> SmallJames:
        """The practice's people at James; they know the debtors that the first night booked."""
        james = SmallJames(self.owner, number_of(self.code))
        rows = self.owner.execute("select debiteurnummer, soort from james.debiteur").fetchall()
        james.kinds.update(rows)
        return james

    def bill(self, place: int, to: int | None = None, **values: Any) -> int:
        """Make an invoice of 10,00 for a debtor, who is new when `to` is not given."""
        if to is None:
            self.james.debtor(debtor(self.code, place))
        number = invoice(self.code, place)
        lines = values.pop("lines", ())
        self.james.invoice(number, debtor(self.code, to or place), *lines, **{"day": DAY, **values})
        return number

    def set_invoice(self, place: int, column: str, value: Any) -> None:
        """Change a column of an invoice in James."""
        self.owner.execute(
            f"update james.factuur set {column} = %s where factuur_id = %s".encode(),  # noqa: S608
            [value, invoice(self.code, place)],
        )

    def set_line(self, place: int, column: str, value: Any) -> None:
        """Change a column of the lines of an invoice in James."""
        self.owner.execute(
            f"update james.factuurregel set {column} = %s where factuur_id = %s".encode(),  # noqa: S608
            [value, invoice(self.code, place)],
        )

    def press(self, path: str, **form: Any) -> None:
        """Fill in a form of the books."""
        self.exact.press(self.code, path, **form)

    def type_entry(self, place: int, to: int, amount: str) -> None:
        """Type an invoice in Exact by hand, under the number that it will have in James."""
        number = invoice(self.code, place)
        self.press(
            "boekingen",
            number=number,
            reference=number,
            day=DAY,
            relation=debtor(self.code, to),
            account=PATIENTS_ZERO,
            vat_code=zero_vat(self.code),
            amount=amount,
        )


def all_of(owner: psycopg.Connection[Any], exact: Bookkeeper) -> dict[str, Practice]:
    """Return the five by their codes."""
    return {each.code: Practice(each.code, owner, exact) for each in practices()}
