"""Open causes as rows of a mail."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exact_online import reasons
from exact_online.acts.offered import acts_for
from exact_online.ledger import Ledger, OpenCause, OpenFilter, OpenRecord
from exact_online.ledger.told import DueCause
from exact_online.mails.post import Post
from exact_online.mails.words import ACTS, count
from exact_online.report.sentences import is_about_one_record, item_sentence

MAX_CAUSES = 200
MAX_NAMED = 10
"""A mail lists so many causes, and names so many records of each; the others are counted."""


@dataclass(frozen=True)
class CauseRow:
    """One cause as a mail shows it."""

    sentence: str
    is_example: bool
    """True when the sentence is that of one record, and the others have the same with their own."""
    label: str
    """New, or how old; empty for what was told before."""
    practices: int
    practice_name: str
    records: int
    named: str
    """The first of the records; empty when they are not named."""
    cents: int
    since: dt.datetime | None
    cure: str
    """Who takes the cause away, and where."""
    ending: str
    """What ends it."""
    page: str
    """The address of the page of its reason; empty when nobody said where pages are."""


def all_causes(ledger: Ledger, practice: str | None = None) -> list[OpenCause]:
    """Return the causes of all that is open, of one practice or all, what needs a person first."""
    found: list[OpenCause] = []
    for page in itertools.count(1):
        causes = ledger.open_items.causes(OpenFilter(practice=practice), page=page)
        found += causes
        if not causes or len(found) >= causes[0].found:
            break
    return found


def cause_rows(
    post: Post, causes: Sequence[OpenCause], due: Iterable[DueCause], practice: str | None = None
) -> list[CauseRow]:
    """Return the rows of causes: first what is to be told today. Names records for one practice."""
    told, ledger = _due_of_causes(due), post.ledger
    shown = sorted(causes, key=lambda cause: cause.cause_id not in told)[:MAX_CAUSES]
    named = ledger.told.named(practice, MAX_NAMED) if practice else {}
    examples, rows = ledger.open_items.examples(shown), []
    for cause in shown:
        if cause.cause_id in examples:
            new, days = told.get(cause.cause_id, (0, 0))
            label = label_of(new, cause.records, days)
            page = post.page(f"reasons/{cause.reason}")
            rows.append(_row(cause, examples[cause.cause_id], label, named.get(cause.cause_id, []), page))
    return rows


def failure_row(
    post: Post, code: str, values: Mapping[str, Any], task: str, label: str, since: dt.datetime
) -> CauseRow:
    """Return the row of what a night failed by, and which task is cleared once that is cured."""
    return CauseRow(
        sentence=reasons.explain(code, values),
        is_example=False,
        label=label,
        practices=1,
        practice_name="",
        records=0,
        named="",
        cents=0,
        since=since,
        cure=reasons.cure(code),
        ending=_ending_of_night(code, task),
        page=post.page(f"reasons/{code}") if reasons.entry_of(code) else "",
    )


def label_of(new_records: int, records: int, days: int) -> str:
    """Return why a cause is told today: it is new, or it reached an age."""
    words = []
    if new_records:
        words.append("nieuw" if new_records >= records else f"{new_records} nieuw")
    if days:
        words.append(f"{count(days, 'dag', 'dagen')} open")
    return ", ".join(words)


def _due_of_causes(due: Iterable[DueCause]) -> dict[str, tuple[int, int]]:
    """Per cause, over practices: how many records are new, and the highest age."""
    added: dict[str, tuple[int, int]] = {}
    for each in due:
        new, days = added.get(each.cause_id, (0, 0))
        added[each.cause_id] = (new + each.new_records, max(days, each.days or 0))
    return added


def _row(cause: OpenCause, example: OpenRecord, label: str, subjects: Sequence[str], page: str) -> CauseRow:
    others = cause.records - len(subjects)
    names = ", ".join(subjects)
    return CauseRow(
        sentence=item_sentence(example.item),
        is_example=is_about_one_record(cause),
        label=label,
        practices=cause.practices,
        practice_name=cause.practice_name,
        records=0 if cause.is_practice else cause.records,
        named=f"{names} en {others} andere" if names and others > 0 else names,
        cents=cause.cents,
        since=cause.since,
        cure=reasons.cure(cause.reason),
        ending=_ending(cause, example),
        page=page,
    )


def _ending_of_night(code: str, task: str) -> str:
    """What ends that a night failed, and which task is cleared where that is known."""
    entry = reasons.entry_of(code)
    cleared = entry.task if entry and entry.task else task
    if cleared:
        return f"Neem de oorzaak weg; wis (Clear) dan taak {cleared} met alle taken erna (Downstream)."
    return "Neem de oorzaak weg en wis (Clear) dan de rode taak, met Downstream."


def _ending(cause: OpenCause, example: OpenRecord) -> str:
    if cause.is_by_itself:
        return "Gaat vanzelf verder; er hoeft niets."
    if example.kind == "night" and example.run:
        return _ending_of_night(cause.reason, example.task)
    buttons = ", ".join(ACTS[act] for act in acts_for(cause.reason, example.kind, example.state))
    pressed = f" Of kies op de pagina: {buttons}." if buttons else ""
    if example.state == "different":
        return f"Maak James en Exact gelijk; de volgende nacht ziet dat.{pressed}"
    return f"Neem de oorzaak weg; de volgende nacht gaat het vanzelf mee.{pressed}"
