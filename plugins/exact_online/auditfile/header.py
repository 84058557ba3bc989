"""What an auditfile says of itself, what it may come to at most, and its faults."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal

_AMOUNT = re.compile(r"-?\d{1,17}(\.\d{1,2}0*)?")


class AuditfileFault(Exception):
    """A file that can't be compared; its text is a Dutch sentence that says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a file may come to at most."""

    max_bytes: int = 2 * 1024**3
    """Of XML: what a ZIP unpacks to counts."""
    max_lines: int = 2_000_000
    max_seconds: float = 240.0
    """From the first byte; what reads along, such as a database, counts."""


LIMITS = Limits()


@dataclass
class Header:
    """What the file says of itself. Amounts are cents; a total is None where it gives none."""

    version: str = ""
    values: dict[str, str] = field(default_factory=dict)
    company: str = ""
    vat_accounts: set[str] = field(default_factory=set)
    """Codes of the G/L accounts that its VAT codes lead to."""
    claimed: dict[str, str] = field(default_factory=dict)
    """linesCount, totalDebit and totalCredit of the transactions, as text."""
    lines: int = 0
    entries: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    sha256: str = ""
    """Of the XML; complete when all of it was read."""

    @property
    def first_day(self) -> dt.date:
        """First day of what was exported."""
        return day_of(self.values, "startDate")

    @property
    def last_day(self) -> dt.date:
        """Last day of what was exported, inclusive."""
        return day_of(self.values, "endDate")

    @property
    def created(self) -> dt.date:
        """The day on which the file was made."""
        return day_of(self.values, "dateCreated")

    def check_totals(self) -> None:
        """Raise AuditfileFault when the file has other lines than it says: it was cut or edited."""
        found = (str(self.lines), self.debit_cents, self.credit_cents)
        said = (
            self.claimed.get("linesCount", found[0]).lstrip("0") or "0",
            *(
                cents_of(self.claimed[name]) if name in self.claimed else cents
                for name, cents in (("totalDebit", found[1]), ("totalCredit", found[2]))
            ),
        )
        if said != found:
            raise AuditfileFault(
                "De regels van het bestand tellen niet op tot de totalen die het zelf noemt: het is "
                "onvolledig of bewerkt. Exporteer het opnieuw uit Exact en bewerk het niet."
            )


def day_of(values: dict[str, str], name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(values[name][:10])
    except (KeyError, ValueError):
        raise AuditfileFault(
            f"Het bestand noemt geen {DAYS[name]} ({name}). Exporteer het opnieuw uit Exact."
        ) from None


DAYS = {"startDate": "eerste dag", "endDate": "laatste dag", "dateCreated": "dag waarop het gemaakt is"}


def cents_of(text: str) -> int:
    """Return an amount in cents. Raises ValueError."""
    whole, point, part = text.partition(".")
    if (
        point
        and len(part) == 2
        and whole.isascii()
        and whole.isdecimal()
        and part.isascii()
        and part.isdecimal()
    ):
        return int(whole + part)
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    return int(Decimal(text) * 100)
