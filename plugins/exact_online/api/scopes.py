"""The scopes that our app needs at Exact: which calls, of which scope, read or managed.

Scopes belong to the registration of the app, not to a practice, a user or a token.
tests/api/test_scopes.py compares the table with the calls in the code, so that it can't leave
one out.
`python -m exact_online.api.scopes` prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """What a scope allows."""

    READ = "read"
    MANAGE = "manage"


ACCOUNTS, ACCOUNTING, LEDGERS = "Crm accounts", "Financial accounting", "Financial generalledgers"
CASHFLOW, ADMINISTRATION = "Financial cashflow", "Organization administration"

SCOPE_OF: Mapping[str, str | None] = {
    "current/Me": None,
    "hrm/Divisions": None,
    "users/UserHasRights": None,
    "read/sync/Sync/SyncTimestamp": None,
    "system/Divisions": ADMINISTRATION,
    "sync/Deleted": ADMINISTRATION,
    "crm/Accounts": ACCOUNTS,
    "bulk/CRM/Accounts": ACCOUNTS,
    "sync/CRM/Accounts": ACCOUNTS,
    "crm/Contacts": ACCOUNTS,
    "crm/BankAccounts": ACCOUNTS,
    "salesentry/SalesEntries": ACCOUNTING,
    "generaljournalentry/GeneralJournalEntries": ACCOUNTING,
    "docs/XMLUpload": ACCOUNTING,
    "vat/VATCodes": ACCOUNTING,
    "financial/FinancialPeriods": ACCOUNTING,
    "financial/ReportingBalance": ACCOUNTING,
    "read/financial/JournalStatusList": ACCOUNTING,
    "financialtransaction/TransactionLines": ACCOUNTING,
    "bulk/Financial/TransactionLines": ACCOUNTING,
    "sync/Financial/TransactionLines": ACCOUNTING,
    "financial/Journals": LEDGERS,
    "financial/GLAccounts": LEDGERS,
    "bulk/Financial/GLAccounts": LEDGERS,
    "cashflow/PaymentConditions": CASHFLOW,
}
"""Endpoint -> its scope; None: none is needed."""

WRITTEN = frozenset(
    {
        "crm/Accounts",
        "crm/Contacts",
        "crm/BankAccounts",
        "salesentry/SalesEntries",
        "generaljournalentry/GeneralJournalEntries",
        "docs/XMLUpload",
    }
)
"""Endpoints that the link writes to."""


def needed(endpoint: str, method: str) -> tuple[str, Level] | None:
    """Return the scope and the level that a call needs; None when it needs none."""
    scope = SCOPE_OF.get(endpoint)
    return None if scope is None else (scope, Level.READ if method == "GET" else Level.MANAGE)


def declared() -> dict[str, Level]:
    """Return what the registration of our app must have: scope to level."""
    levels = {scope: Level.READ for scope in SCOPE_OF.values() if scope}
    return levels | {scope: Level.MANAGE for scope in map(SCOPE_OF.get, WRITTEN) if scope}


def scope_values(scope: str, level: str) -> dict[str, str]:
    """Return the values of the sentences about a scope that is missing."""
    dutch, english = ("lezen", "read") if level == Level.READ else ("beheren", "manage")
    return {"scope": scope, "level_nl": dutch, "level_en": english}


def scopes_table() -> str:
    """Return the table of the page that support registers the app by."""
    head = "| Call | Scope | Level |\n|---|---|---|\n"
    return head + "".join(
        f"| `{endpoint}` | {scope or '-'} | {_level(endpoint) if scope else '-'} |\n"
        for endpoint, scope in SCOPE_OF.items()
    )


def _level(endpoint: str) -> Level:
    return Level.MANAGE if endpoint in WRITTEN else Level.READ


if __name__ == "__main__":
    print(scopes_table(), end="")
