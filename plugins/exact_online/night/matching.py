"""Finds relations from previous software that look like debtors without a relation (M16)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import psycopg

from exact_online.api.relations import fetch_relations
from exact_online.extract.frames import debtors_frame
from exact_online.extract.james import stage_debtors
from exact_online.night.context import Night
from exact_online.transform.checks import plain_code
from exact_online.transform.clean_text import clean
from exact_online.transform.matching import find_matches

COMPARED = (
    "debtor_number", "debtor_kind", "name", "initials", "first_name", "prefix", "last_name", "postcode",
)  # fmt: skip


def note_matches(night: Night, debtors: pd.DataFrame) -> None:
    """Write down which relations look like which of these debtors, of those that have none.

    `debtors` is the frame of docs/contracts.md.
    """
    matches, practice = night.ledger.matches, night.practice.code
    relations = matches.unlinked_relations(practice)
    linked = matches.linked_debtors(practice) if relations else frozenset()
    rows = debtors[list(COMPARED)].to_dict("records") if relations else []
    cards = ({str(name): clean(value) for name, value in row.items()} for row in rows)
    plain = str if night.settings.debtor_zeros_count else plain_code
    unlinked = (card for card in cards if card["debtor_number"] not in linked)
    matches.save(practice, find_matches(unlinked, relations, plain))


def read_matches(night: Night, james: psycopg.Connection[Any]) -> None:
    """Read debtors and relations and write down which look alike: what a person can do before the
    first night. Nothing is planned or sent.

    Raises LockLost while another worker has the practice.
    """
    ledger, practice = night.ledger, night.practice.code
    with ledger.holding(practice):
        changes = fetch_relations(night.exact, ledger.mirrors.relation_cursors(practice))
        ledger.mirrors.save_relations(practice, changes)
        stage_debtors(james, ledger.staging, night.run.run_id, practice)
        note_matches(night, debtors_frame(ledger.staging, night.run.run_id))
