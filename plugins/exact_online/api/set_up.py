"""What the check of requirements asks of Exact beside the lists, the relations and the rights."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.failures import NotServed, QueryRejected

log = logging.getLogger(__name__)

ENTRIES_LOOKED_AT = 60
"""One page: some numbers that are taken are told, not all of them."""


@dataclass(frozen=True)
class RegisteredDivision:
    """What the division of the client is called and registered as."""

    name: str
    chamber_of_commerce: str | None
    vat_number: str | None


def registered(client: ExactClient) -> RegisteredDivision | None:
    """Return it in one call; None when the consent does not cover the division."""
    names = ("Code", "Description", "VATNumber")
    where = f"Code eq {client.division:d}"
    rows = first_supported(
        lambda: list(client.get_all("system/Divisions", (*names, "ChamberOfCommerceNumber"), where=where)),
        lambda: list(client.get_all("hrm/Divisions", names, where=where)),
    )
    if not rows:
        return None
    row = rows[0]
    return RegisteredDivision(
        (row.get("Description") or "").strip(),
        odata.trimmed(row.get("ChamberOfCommerceNumber")),
        odata.trimmed(row.get("VATNumber")),
    )


def proven_titles(client: ExactClient, titles: Sequence[str]) -> frozenset[str]:
    """Return those of `titles` that some contact has, in a call each (M14)."""
    return frozenset(title for title in titles if _has_title(client, title))


def _has_title(client: ExactClient, title: str) -> bool:
    try:
        where = f"Title eq {odata.text(title)}"
        return any(client.get_all("crm/Contacts", ("ID", "Title"), where=where, top=1))
    except (NotServed, QueryRejected) as problem:
        log.info("Contacts can't be asked for title %s here: %s", title, problem)
        return False


def entry_numbers(
    client: ExactClient, journals: Sequence[str], years: tuple[int, int], numbers: tuple[int, int]
) -> Mapping[str, frozenset[int]]:
    """Return journal -> entry numbers from the first to the last of `numbers` that are there in
    these years (both inclusive): of one page, in one call.
    """
    either = " or ".join(f"JournalCode eq {odata.text(journal)}" for journal in journals)
    where = (
        f"({either}) and FinancialYear ge {years[0]:d} and FinancialYear le {years[1]:d}"
        f" and EntryNumber ge {numbers[0]:d} and EntryNumber le {numbers[1]:d}"
    )
    found: dict[str, set[int]] = {}
    select = ("ID", "JournalCode", "EntryNumber")
    for row in client.get_all(
        "financialtransaction/TransactionLines", select, where=where, top=ENTRIES_LOOKED_AT
    ):
        found.setdefault(odata.trimmed(row["JournalCode"]) or "", set()).add(int(row["EntryNumber"]))
    return {journal: frozenset(there) for journal, there in found.items()}
