"""Who the Exact user is, which divisions he gave us, and what he may do there (M6, M7)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.failures import AccessDenied, NotReady, NotServed, ProtocolFailure, QueryRejected

ARCHIVED = 2
"""Status of a division that is no more in use."""

log = logging.getLogger(__name__)

Right = tuple[str, str]
"""(resource, HTTP method)."""

NEEDED_RIGHTS: tuple[Right, ...] = (
    ("crm/Accounts", "POST"),
    ("crm/Accounts", "PUT"),
    ("crm/Contacts", "POST"),
    ("crm/BankAccounts", "POST"),
    ("salesentry/SalesEntries", "POST"),
    ("generaljournalentry/GeneralJournalEntries", "POST"),
    ("financialtransaction/TransactionLines", "GET"),
)


@dataclass(frozen=True)
class ExactUser:
    """The user whose consent we have."""

    user_id: str
    name: str
    current_division: int | None
    """The division he looked at last; not necessarily one he gave us. None when Exact says none."""
    language: str | None


@dataclass(frozen=True)
class Division:
    """One administration that the user gave us."""

    code: int
    """What stands in every address. Not the number that the screen shows."""
    name: str
    screen_number: str | None
    licence: str | None
    """Name of the customer whose licence it is."""


def me(client: ExactClient) -> ExactUser:
    """Return the user of the token. Raises ProtocolFailure when Exact does not say."""
    row = client.get_one("current/Me", ("UserID", "FullName", "CurrentDivision", "LanguageCode"))
    if row is None:
        raise ProtocolFailure(
            "current/Me: Exact does not say who the user is; check the connection's base URL."
        )
    return ExactUser(
        row["UserID"],
        row.get("FullName") or "",
        odata.number(row.get("CurrentDivision")),
        odata.trimmed(row.get("LanguageCode")),
    )


def divisions(client: ExactClient) -> list[Division]:
    """Return all divisions within the consent, over all licences.

    Asks through `client`'s division, and through the user's last when it has none or is not allowed
    in it. Raises NotReady when neither lies within the consent.
    """
    own = client.division
    if own is not None and (found := _divisions_through(client)) is not None:
        return found
    last = me(client).current_division
    if last not in (None, own) and (found := _divisions_through(client.for_division(last))) is not None:
        return found
    tried = " or ".join(str(division) for division in (own, last) if division is not None)
    raise NotReady(
        f"Exact lists no administrations through division {tried or '(none)'}: the consent does not "
        "cover it. Open an administration in Exact that it covers, then authenticate again and tick "
        "every administration that is to be linked."
    )


def _divisions_through(client: ExactClient) -> list[Division] | None:
    """None when the client's division lies outside the consent."""
    select = ("Code", "Description", "Hid", "CustomerName", "Status")
    try:
        rows = first_supported(
            lambda: list(client.get_all("system/Divisions", select)),
            lambda: list(client.get_all("hrm/Divisions", ("Code", "Description", "CustomerName"))),
        )
    except NotServed:
        raise
    except AccessDenied as denial:
        log.warning("No divisions through division %s: %s", client.division, denial)
        return None
    return [
        Division(
            int(row["Code"]),
            (row.get("Description") or "").strip(),
            odata.trimmed(row.get("Hid")),
            row.get("CustomerName"),
        )
        for row in rows
        if odata.number(row.get("Status")) != ARCHIVED
    ]


def rights(client: ExactClient, wanted: Iterable[Right] = NEEDED_RIGHTS) -> Mapping[Right, bool | None]:
    """Return whether the user may do these in the client's division; None where Exact does not say.

    Exact does not count these calls.
    """
    return {right: _has(client, right) for right in wanted}


def _has(client: ExactClient, right: Right) -> bool | None:
    resource, method = right
    try:
        return _yes_or_no(
            client.call_function(
                "users/UserHasRights", {"endpoint": odata.text(resource), "action": odata.text(method)}
            )
        )
    except (NotServed, QueryRejected):
        return None


def _yes_or_no(document: Any) -> bool | None:
    """The boolean of a service operation, however deep its envelope."""
    while isinstance(document, dict) and len(document) == 1:
        document = next(iter(document.values()))
    return document if isinstance(document, bool) else None
