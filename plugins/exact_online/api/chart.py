"""What the proposal of the intake workbook asks of Exact beside the division's lists.

At most `MAX_CALLS` calls. What Exact does not give here is left out: a proposal goes without.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice

from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.api.odata import Row
from exact_online.failures import AccessDenied, DayIsFull, ProtocolFailure, QueryRejected

log = logging.getLogger(__name__)

CLASSES = ("Code", "ReportingCode")
BALANCES = ("ID", "GLAccountCode", "ReportingYear", "AmountCredit", "AmountDebit")
PAGE_ROWS, MAX_PAGES = 60, 5
MAX_CALLS = 2 + MAX_PAGES
"""The classes of a large chart take two; of the balances so many pages are a fair sample."""


def fetch_chart(client: ExactClient, year: int) -> Mapping[str, list[Row]]:
    """Return ``chart_classes`` (RGS class per account) and ``chart_booked`` (revenue of `year`).

    Both are kept with the division's lists.
    """
    return {"chart_classes": _classes(client), "chart_booked": _booked(client, year)}


def _classes(client: ExactClient) -> list[Row]:
    try:
        rows = first_supported(
            lambda: list(client.get_all("bulk/Financial/GLAccounts", CLASSES)),
            lambda: list(islice(client.get_all("financial/GLAccounts", CLASSES), PAGE_ROWS * MAX_PAGES)),
        )
    except (AccessDenied, QueryRejected, ProtocolFailure, DayIsFull) as problem:
        log.info("The classes of the ledger accounts can't be read here: %s", problem)
        return []
    return [row for row in rows if row.get("ReportingCode")]


def _booked(client: ExactClient, year: int) -> list[Row]:
    where = f"ReportingYear eq {year:d} and BalanceType eq 'W' and AmountCredit gt 0"
    try:
        rows = client.get_all("financial/ReportingBalance", BALANCES, where=where)
        return list(islice(rows, PAGE_ROWS * MAX_PAGES))
    except (AccessDenied, QueryRejected, ProtocolFailure, DayIsFull) as problem:
        log.info("The balances of %s can't be read here: %s", year, problem)
        return []
