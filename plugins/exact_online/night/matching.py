"""Finds relations from previous software that look like debtors without a relation (M16)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import psycopg

from exact_online.api.relations import fetch_relations
from exact_online.extract.frames import debtors_frame
from exact_online.extract.james import stage_debtors
from exact_online.night.context import Night
from exact_online.requirements import alike

COMPARED = (
    "debtor_number", "debtor_kind", "name", "initials", "first_name", "prefix", "last_name", "postcode",
)  # fmt: skip


def note_matches(night: Night, debtors: pd.DataFrame | None, *, all_debtors: bool = True) -> None:
    """Write down which relations look like which of these debtors, of those that have none.

    `debtors` is the frame of docs/contracts.md, None when there are none; `all_debtors`: it has all
    debtors of the practice that have no relation.
    """
    alike.note_matches(
        night.ledger,
        night.practice.code,
        night.settings,
        lambda: [] if debtors is None else debtors[list(COMPARED)].to_dict("records"),
        all_debtors=all_debtors,
    )


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
