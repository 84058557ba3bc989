"""Find debtors that have a contact or a bank account twice in Exact.

Entries and relations have a number that Exact allows once only; contacts and bank accounts have
none. So a call that Exact executes after both settle delays, or whose worker stood still for that
long, can make a second one. Nothing can prevent that, and so it becomes an attention item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.load.debtors import BANK_ACCOUNTS, CONTACTS

RELATIONS_PER_CALL = 20
"""This many ids fit in the address of one call."""


def doubled_debtors(exact: ExactClient, sent_again: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the debtors with more than one contact, and those with more than one bank account.

    A row has ``source_key`` and ``parts``, the ids in Exact. `sent_again` are the debtors to look
    at: rows of the statement debtors_sent_again.
    """
    relations = {row["relation_id"]: row["source_key"] for row in sent_again}
    found = [*_surplus(exact, CONTACTS, list(relations)), *_surplus(exact, BANK_ACCOUNTS, list(relations))]
    return [{"source_key": relations[relation], "parts": " ".join(parts)} for relation, parts in found]


def _surplus(exact: ExactClient, path: str, relations: Sequence[str]) -> list[tuple[str, list[str]]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for first in range(0, len(relations), RELATIONS_PER_CALL):
        where = " or ".join(
            f"Account eq {odata.guid(relation)}" for relation in relations[first : first + RELATIONS_PER_CALL]
        )
        for row in exact.get_all(path, ("ID", "Account"), where=where):
            parts[row["Account"]].append(row["ID"])
    return [(relation, sorted(ids)) for relation, ids in parts.items() if len(ids) > 1]
