"""What a person must look at: attention items, differences, and values that were adjusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from exact_online.book_day import AMSTERDAM
from exact_online.ledger.blotting import blotted
from exact_online.ledger.planning import Batch
from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.money import amount_text, dutch_amount
from exact_online.reason_codes import IN_THE_WAY
from exact_online.reasons import record_values

DIFFERS = {
    "journal": ("het dagboek", "the journal"),
    "number": ("het boekstuknummer", "the entry number"),
    "relation": ("de relatie", "the relation"),
    "day": ("de datum", "the day"),
    "due_date": ("de vervaldatum", "the due date"),
    "period": ("de periode", "the period"),
    "reference": ("uw referentie", "your reference"),
    "amounts": ("het bedrag of de grootboekrekening", "the amount or the ledger account"),
    "vat_code": ("de btw-code", "the VAT code"),
}
"""What may differ, in Dutch and in English."""


@dataclass(frozen=True)
class AttentionItem:
    """A record that a person must look at: rejected, held, doubtful,
    or different from what is booked.
    """

    booking_id: int
    source_key: str
    kind: str
    state: str
    debtor_number: str
    entry_number: int | None
    reference: str | None
    reason: str | None
    reason_values: Mapping[str, Any]
    exact_message: str | None

    @property
    def values(self) -> Mapping[str, Any]:
        """All that the sentence of its reason may name."""
        number = str(self.entry_number or self.reference or self.source_key.partition(":")[2])
        named = {"debtor": self.debtor_number, "number": number, "message": self.exact_message}
        return {**named, **record_values(self.kind, number), **self.reason_values}


@dataclass(frozen=True)
class DoubledDebtor:
    """A debtor of which Exact has a part twice."""

    source_key: str
    parts: str
    """Their ids in Exact, sorted, with blanks between."""


@dataclass(frozen=True)
class SentAgain:
    """A debtor that was sent again because its answer was lost, with its relation in Exact."""

    source_key: str
    relation_id: str


@dataclass(frozen=True)
class Adjustment:
    """A value that was shortened or left out, because Exact would not take it; or a warning
    (`reason_codes.WARNINGS`): what is odd and booked as the rules say.
    """

    source_key: str
    reason: str
    reason_values: Mapping[str, Any] | None


class Review:
    """Reads what a person must look at, and writes down what was found."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- attention items --------------------------------------------------------------------------

    def batch_items(self, practice: str, batch: Batch) -> list[AttentionItem]:
        """Return what of a batch is not booked now."""
        return self._items(
            practice, self._session.rows("batch_attention_items", practice=practice, **batch.range)
        )

    def waiting_for_another(self, practice: str, items: Sequence[AttentionItem]) -> frozenset[int]:
        """Return ids of held bookings that wait for a debtor or an original that is not booked.

        That one has a red task of its own.
        """
        ids = [item.booking_id for item in items]
        rows = self._session.rows("waiting_for_another", practice=practice, booking_ids=ids)
        return frozenset(row["booking_id"] for row in rows)

    def known(self, run: Run, items: Sequence[AttentionItem]) -> frozenset[int]:
        """Return ids of what an earlier night left rejected or held for the same reason."""
        ids = [item.booking_id for item in items]
        nights = [
            row["run_id"]
            for row in self._session.rows(
                "run_ids_of",
                practice=run.practice,
                airflow_run_id=run.airflow_run_id.removesuffix(":history"),
            )
        ]
        rows = self._session.rows("known_items", booking_ids=ids, run_ids=nights)
        return frozenset(row["booking_id"] for row in rows)

    def planning_rejections(self, practice: str) -> list[AttentionItem]:
        """Return what is rejected before sending: by the booking rules,
        or by the division's lists.
        """
        return self._items(practice, self._session.rows("planning_rejections", practice=practice))

    def rejections_of_days(self, practice: str, days: tuple[dt.date, dt.date]) -> list[AttentionItem]:
        """Return the invoices of `days` (the last one not included) that are rejected."""
        rows = self._session.rows(
            "rejections_of_days", practice=practice, first_day=days[0], last_day=days[1]
        )
        return self._items(practice, rows)

    def open_of_days(self, practice: str, days: tuple[dt.date, dt.date]) -> list[AttentionItem]:
        """Return the invoices of `days` (the last one not included) that are neither booked, handed
        over nor closed.
        """
        rows = self._session.rows("open_of_days", practice=practice, first_day=days[0], last_day=days[1])
        return self._items(practice, rows)

    def open_items(self, practice: str) -> list[AttentionItem]:
        """Return the records of a practice that are open, the oldest first (view open_booking)."""
        return self._items(practice, self._session.rows("open_attention_items", practice=practice))

    def unfinished_items(self, practice: str) -> list[AttentionItem]:
        """Return all that is neither booked, handed over nor closed, what waits too."""
        return self._items(practice, self._session.rows("unfinished_items", practice=practice))

    def item(self, practice: str, source_key: str) -> AttentionItem | None:
        """Return one record that is neither booked nor handed over; None when it is."""
        rows = self._session.rows("attention_item", practice=practice, source_key=source_key)
        return next(iter(self._items(practice, rows)), None)

    def differences_of_run(self, run: Run) -> list[AttentionItem]:
        """Return what this run was the first to find different, or found worse (B9)."""
        rows = self._session.rows(
            "differences_of_run", practice=run.practice, run_id=run.run_id, in_the_way=sorted(IN_THE_WAY)
        )
        return [_item(with_both_sides(row)) for row in rows]

    def james_changes_of_run(self, run: Run) -> list[AttentionItem]:
        """Return what this run was the first to find otherwise in James than it was booked."""
        rows = self._session.rows("james_changes_of_run", practice=run.practice, run_id=run.run_id)
        return [_item(with_both_sides(row)) for row in rows]

    def _items(self, practice: str, rows: Sequence[DictRow]) -> list[AttentionItem]:
        """Items as logs and mail may show them:
        whom the practice knows is left out of Exact's words, which may name anybody.
        """
        spoken = [row for row in rows if row["exact_message"]]
        messages = self.without_names(practice, [row["exact_message"] for row in spoken])
        for row, message in zip(spoken, messages, strict=True):
            row["exact_message"] = message
        return [_item(row) for row in rows]

    def without_names(self, practice: str, messages: Sequence[str]) -> list[str]:
        """Return Exact's words as logs and mail may show them: whom the practice knows, and what
        looks like an IBAN or an address for mail, is left out (B7).
        """
        if not messages:
            return []
        known = self._session.rows("names_of_debtors", practice=practice)
        personal = [row["personal"] for row in known if not row["is_name"]]
        names = [row["personal"] for row in known if row["is_name"]]
        return [blotted(message, personal, names) for message in messages]

    # --- debtors ----------------------------------------------------------------------------------

    def sent_again(self, practice: str) -> list[SentAgain]:
        """Return debtors that were sent again in the last two days because their answer was
        lost.
        """
        return self._session.records(SentAgain, "debtors_sent_again", practice=practice)

    def doubled_relations(self, practice: str) -> list[DoubledDebtor]:
        """Return debtors whose number a second relation in Exact bears, by the mirror."""
        return self._session.records(DoubledDebtor, "doubled_relations", practice=practice)

    def save_doubled_debtors(
        self, run: Run, asked: Sequence[SentAgain], debtors: Sequence[DoubledDebtor]
    ) -> None:
        """Write down debtors of which Exact has a part twice; once per set of parts.

        `asked`: those that were looked at. One that is double no more has ended.
        """
        document = Jsonb([vars(debtor) for debtor in debtors])
        self._session.write(
            "save_doubled_debtors",
            practice=run.practice,
            run_id=run.run_id,
            debtors=document,
            asked=[debtor.source_key for debtor in asked],
        )

    # --- adjustments ------------------------------------------------------------------------------

    def save_adjustments(self, run: Run, adjustments: Sequence[Adjustment]) -> None:
        """Write down what was shortened or left out, or is odd; each once."""
        document = Jsonb([vars(adjustment) for adjustment in adjustments])
        self._session.write(
            "save_adjustments", practice=run.practice, run_id=run.run_id, adjustments=document
        )

    def end_adjustments(self, practice: str, source_key: str, still: Sequence[Adjustment]) -> None:
        """Forget what was noted under a key and is so no more: when it comes back it is new."""
        document = Jsonb([vars(adjustment) for adjustment in still])
        self._session.write("end_adjustments", practice=practice, source_key=source_key, still=document)

    def adjustments_of_run(self, run_id: str) -> list[Adjustment]:
        """Return what this run and its history were the first to shorten, leave out or warn of."""
        return self._session.records(Adjustment, "adjustments_of_run", run_id=run_id)


def difference_values(james_cents: int, exact_cents: int, differs: str, since: dt.datetime) -> dict[str, Any]:
    """Return what the sentence of a difference may name: both sides, what differs, since when."""
    values: dict[str, Any] = {"since": f"{since.astimezone(AMSTERDAM):%d-%m-%Y}"}
    for side, cents in (("james", james_cents), ("exact", exact_cents)):
        values |= {
            f"{side}_cents": cents,
            f"{side}_nl": dutch_amount(cents),
            f"{side}_en": amount_text(cents),
        }
    names = [DIFFERS[name] for name in differs.split() if name in DIFFERS]
    return values | {
        "differs_nl": ", ".join(dutch for dutch, _ in names) or DIFFERS["amounts"][0],
        "differs_en": ", ".join(english for _, english in names) or DIFFERS["amounts"][1],
    }


def with_both_sides(row: DictRow) -> DictRow:
    """Put both sides of a difference where its sentence looks for them."""
    values = difference_values(row["james_cents"], row["exact_cents"], row["differs"], row["since"])
    return {**row, "reason_values": values}


def _item(row: DictRow) -> AttentionItem:
    wanted = {name: row[name] for name in AttentionItem.__dataclass_fields__}
    return AttentionItem(**{**wanted, "reason_values": row["reason_values"] or {}})
