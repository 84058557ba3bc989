"""Find debtors that have a contact or a bank account twice in Exact.

Entries and relations have a number that Exact allows once only; contacts and bank accounts have
none. So a call that Exact executes after both settle delays, or whose worker stood still for that
long, can make a second one. Nothing can prevent that, and so it becomes an attention item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.ledger import DoubledDebtor, SentAgain
from exact_online.load.debtor_parts import BANK_ACCOUNTS, CONTACTS

RELATIONS_PER_CALL = 20
"""This many ids fit in the address of one call."""


def doubled_debtors(exact: ExactClient, sent_again: Sequence[SentAgain]) -> list[DoubledDebtor]:
    """Return those of which Exact has more than one contact or bank account, one per kind."""
    relations = {debtor.relation_id: debtor.source_key for debtor in sent_again}
    found = [*_surplus(exact, CONTACTS, list(relations)), *_surplus(exact, BANK_ACCOUNTS, list(relations))]
    return [DoubledDebtor(relations[relation], " ".join(parts)) for relation, parts in found]


def _surplus(exact: ExactClient, path: str, relations: Sequence[str]) -> list[tuple[str, list[str]]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for first in range(0, len(relations), RELATIONS_PER_CALL):
        where = " or ".join(
            f"Account eq {odata.guid(relation)}" for relation in relations[first : first + RELATIONS_PER_CALL]
        )
        for row in exact.get_all(path, ("ID", "Account"), where=where):
            parts[row["Account"]].append(row["ID"])
    return [(relation, sorted(ids)) for relation, ids in parts.items() if len(ids) > 1]
