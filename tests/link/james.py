"""A small James that a test writes by hand.

One practice, and the debtors, invoices and claims that the test names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import psycopg

from dev.demo.practices import Practice

DAY = dt.date(2026, 11, 20)
PROFESSION = "fysiotherapie"
TABLES = ("factuur", "declaratie", "debiteur", "patient")

Line = tuple[int, int, str]
"""Gross cents, VAT percentage, ``tariff`` or ``article``."""


def furnish(connection: psycopg.Connection[Any], practice: Practice, number: int = 1) -> None:
    """The practice, its profession and one tariff and article: what invoices hang on.

    `number` is the key of its rows: of more practices in one James each has its own.
    """
    for statement in (
        "insert into james.praktijk (praktijk_id, praktijkcode, naam) values (%(n)s, %(code)s, %(name)s)",
        "insert into james.professie values (1, %(profession)s, %(profession)s) on conflict do nothing",
        "insert into james.praktijk_professie values (%(n)s, 1)",
        "insert into james.tarieflijst values (%(n)s, %(n)s, 1, '012', 'Lijst', '2020-01-01')",
        "insert into james.tarief values (%(n)s, %(n)s, '1000', 'Zitting', 0, 35.00)",
        "insert into james.artikel values (%(n)s, %(n)s, 1, '1', 'Band', 21, 10.00)",
    ):
        connection.execute(
            statement,
            {
                "n": number,
                "code": practice.james_practice_code,
                "name": practice.name,
                "profession": PROFESSION,
            },
        )


@dataclass(frozen=True)
class Written:
    """An invoice as it stood in James at some moment."""

    lines: tuple[Line, ...]
    debtor_kind: str
    condition: str
    debtor: str
    """His number."""
    day: dt.date
    number: int
    """Of the invoice; a key stays when it changes."""
    reference: str
    """The number that the entry carries: a claim's own, else the invoice's."""


class SmallJames:
    """Writes as the practice's people do. Numbers are texts; cents are gross.

    Numbers of debtors and invoices differ between the practices of one James.
    """

    def __init__(self, connection: psycopg.Connection[Any], practice_number: int = 1) -> None:
        self.conn = connection
        self.practice_number = practice_number
        self.kinds: dict[str, str] = {}
        """Debtor number -> kind."""
        self.written: dict[str, list[Written]] = {}
        """Key -> every version that James ever had of it."""

    def in_scope(self, days: tuple[dt.date, dt.date]) -> list[str]:
        """Keys of the final invoices and claims of the days from the first up to, not including,
        the last.
        """
        rows = self.conn.execute(
            "select 'factuur:' || factuur_id from james.factuur where gefactureerd_op >= %(from)s and "
            "gefactureerd_op < %(before)s"
            " union all select 'declaratie:' || declaratie_id from james.declaratie"
            " where gefactureerd_op >= %(from)s and gefactureerd_op < %(before)s",
            {"from": f"{days[0]} 00:00 Europe/Amsterdam", "before": f"{days[1]} 00:00 Europe/Amsterdam"},
        )
        return [key for (key,) in rows]

    def empty(self) -> None:
        self.conn.execute(f"truncate {', '.join(f'james.{table}' for table in TABLES)} cascade")

    def debtor(
        self,
        number: str,
        kind: str = "Patiënt",
        condition: str = "14D",
        iban: str | None = None,
        name: str = "Jansen",
    ) -> None:
        """A debtor with an invented name.

        A patient gets a contact, one with INCASSO and an IBAN a bank account.
        """
        self.kinds[number] = kind
        self.conn.execute(
            "insert into james.debiteur (debiteur_id, praktijk_id, debiteurnummer, soort, naam, "
            "voorletters, achternaam, geslacht,"
            " postcode, plaats, land, betalingsconditie, iban) values (%(id)s, %(practice)s, %(number)s, "
            "%(kind)s, %(name)s, 'A.', %(name)s, 'V',"
            " '9711 AA', 'Groningen', 'NL', %(condition)s, %(iban)s)",
            {
                "practice": self.practice_number,
                "id": _id_of(number),
                "number": number,
                "kind": kind,
                "name": f"{name} {number}",
                "condition": condition,
                "iban": iban,
            },
        )

    def rename(self, number: str, name: str) -> None:
        self.conn.execute(
            "update james.debiteur set naam = %s, achternaam = %s where debiteurnummer = %s",
            [name, name, number],
        )

    def become_another_person(self, number: str) -> None:
        """Give a debtor's number to somebody else (FR-F5)."""
        self.conn.execute(
            "update james.debiteur set naam = 'Zwart', achternaam = 'Zwart', voorletters = 'Q.',"
            " geslacht = 'M', postcode = '1011 AB', plaats = 'Amsterdam' where debiteurnummer = %s",
            [number],
        )

    def invoice(
        self,
        number: int,
        debtor: str,
        *lines: Line,
        day: dt.date = DAY,
        condition: str = "14D",
        credits: int | None = None,
        claim: str | None = None,
    ) -> str:
        """A final invoice, or a claim when it has a claim number; its key as the link has it."""
        kind = "declaratie" if claim else "factuur"
        lines = lines or ((1000, 0, "tariff"),)
        values = {
            "id": number, "practice": self.practice_number,
            "debtor": debtor, "number": str(number), "moment": f"{day} 12:00 Europe/Amsterdam",
            "condition": condition,
            "total": _euros(sum(cents for cents, _, _ in lines)), "credits": credits, "claim": claim,
        }  # fmt: skip
        claim_column, claim_value = (", declaratienummer", ", %(claim)s") if claim else ("", "")
        self.conn.execute(
            f"insert into james.{kind} ({kind}_id, praktijk_id, debiteur_id, factuurnummer, "  # noqa: S608
            "status, aangemaakt_op, gefactureerd_op,"
            f" betalingsconditie, totaalbedrag, crediteert_{kind}_id{claim_column})"
            " select %(id)s, %(practice)s, debiteur_id, %(number)s, 'gefactureerd', %(moment)s, "
            "%(moment)s, %(condition)s, %(total)s,"
            f" %(credits)s{claim_value} from james.debiteur where debiteurnummer = %(debtor)s",
            values,
        )
        self._lines(kind, number, lines)
        self.written[f"{kind}:{number}"] = [
            Written(tuple(lines), self.kinds[debtor], condition, debtor, day, number, claim or str(number))
        ]
        return f"{kind}:{number}"

    def correct(self, number: int, *lines: Line) -> None:
        """Other lines on a final factuur: what nobody should do, and people do."""
        self.conn.execute("delete from james.factuurregel where factuur_id = %s", [number])
        self._lines("factuur", number, lines)
        total = _euros(sum(cents for cents, _, _ in lines))
        self.conn.execute("update james.factuur set totaalbedrag = %s where factuur_id = %s", [total, number])
        self._now(number, lines=tuple(lines))

    def move(self, number: int, debtor: str) -> None:
        """Give a final factuur to another debtor."""
        self.conn.execute(
            "update james.factuur set debiteur_id = (select debiteur_id from james.debiteur"
            " where debiteurnummer = %s) where factuur_id = %s",
            [debtor, number],
        )
        self._now(number, debtor=debtor, debtor_kind=self.kinds[debtor])

    def redate(self, number: int, day: dt.date) -> None:
        """Give a final factuur another day."""
        self.conn.execute(
            "update james.factuur set gefactureerd_op = %s where factuur_id = %s",
            [f"{day} 12:00 Europe/Amsterdam", number],
        )
        self._now(number, day=day)

    def renumber(self, number: int, other: int) -> None:
        """Give the factuur that was written as `number` another number; its key stays."""
        self.conn.execute(
            "update james.factuur set factuurnummer = %s where factuur_id = %s", [str(other), number]
        )
        self._now(number, number=other, reference=str(other))

    def merge(self, number: str, into: str) -> None:
        """Give all that a debtor has to another one, and delete the debtor."""
        for kind in ("factuur", "declaratie"):
            moved = self.conn.execute(
                f"update james.{kind} set debiteur_id = (select debiteur_id from james.debiteur"  # noqa: S608
                " where debiteurnummer = %s) where debiteur_id = (select debiteur_id from james.debiteur"
                f" where debiteurnummer = %s) returning {kind}_id",
                [into, number],
            ).fetchall()
            for (record,) in moved:
                self._now(record, kind, debtor=into, debtor_kind=self.kinds[into])
        self.conn.execute("delete from james.debiteur where debiteurnummer = %s", [number])

    def _now(self, record: int, kind: str = "factuur", /, **changes: Any) -> None:
        versions = self.written[f"{kind}:{record}"]
        versions.append(replace(versions[-1], **changes))

    def settle(self, number: int) -> None:
        """Something about an invoice that is no money: it was paid."""
        self.conn.execute("update james.factuur set status = 'betaald' where factuur_id = %s", [number])

    def remove(self, number: int) -> None:
        self.conn.execute("delete from james.factuur where factuur_id = %s", [number])

    def _lines(self, kind: str, number: int, lines: Sequence[Line]) -> None:
        rows = [
            (
                number,
                place,
                1,
                self.practice_number if origin == "tariff" else None,
                self.practice_number if origin == "article" else None,
                _euros(cents),
                vat,
            )
            for place, (cents, vat, origin) in enumerate(lines, start=1)
        ]
        for place, row in enumerate(rows, start=1):
            self.conn.execute(
                f"insert into james.{kind}regel ({kind}_id, regelnummer, professie_id, "  # noqa: S608
                "tarief_id, artikel_id, omschrijving, aantal,"
                " stuksprijs, bedrag, btw_percentage) values (%s, %s, %s, %s, %s, 'regel', 1, 0, %s, %s)",
                [number, place, *row[2:]],
            )


def _id_of(number: str) -> int:
    """Another one for each number, also for those that differ in zeros in front or in blanks."""
    plain = number.strip()
    with_zeros = int(plain) if plain[0] != "0" else int(f"1{plain}") + 10**7
    return with_zeros + 10**8 * (2 * number.startswith(" ") + number.endswith(" "))


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100
