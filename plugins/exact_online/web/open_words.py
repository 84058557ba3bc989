"""What pages say of acts, verdicts and causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from exact_online import reasons
from exact_online.acts.offered import UNDOABLE, ActName
from exact_online.ledger import OpenCause, OpenRecord
from exact_online.night.would_it_work import Judgement, Verdict
from exact_online.reasons import Language
from exact_online.registry import DAG_PREFIX
from exact_online.report.sentences import is_about_one_record, item_sentence
from exact_online.web.language import translatable
from exact_online.web.view import View

ACT_WORDS = {
    ActName.ACCEPT: (
        translatable("Accept"),
        translatable("The difference stays as it is. It is told again when it changes."),
    ),
    ActName.ADOPT: (
        translatable("Adopt"),
        translatable("The entry that stands in Exact by hand is this invoice. This can't be taken back."),
    ),
    ActName.BOOK_AGAIN: (
        translatable("Book again"),
        translatable("The next night books the invoice again, under its own number."),
    ),
    ActName.CLOSE: (translatable("Close"), translatable("The invoice will not be booked.")),
    ActName.GO_ON: (
        translatable("Go on"),
        translatable("The entry in Exact is right by now: the practice may send again."),
    ),
    ActName.NOT_OURS: (
        translatable("Somebody else"),
        translatable("The relation in Exact is another person. The next night makes one for the debtor."),
    ),
    ActName.OURS: (
        translatable("The same person"),
        translatable("The relation in Exact is this debtor. It keeps its own number there."),
    ),
    ActName.SAME_PERSON: (
        translatable("Still the same person"),
        translatable("The debtor was not given to somebody else. The next night changes the relation."),
    ),
    ActName.TAKE_BACK_FILE: (
        translatable("Take the workbook back"),
        translatable("It was not imported in Exact. Its invoices go into the next hand-over."),
    ),
}

VERDICT_WORDS = {
    Verdict.WORKS: translatable("Yes: it passes all checks, and the next night would book it."),
    Verdict.REJECTED: translatable("No: it would be rejected."),
    Verdict.WAITS: translatable("No: it would wait."),
    Verdict.UNCHANGED: translatable(
        "Perhaps not: it passes our checks, but Exact rejected it, and nothing that we can read changed "
        "since."
    ),
    Verdict.GONE: translatable("It is in James no more, so nothing would be booked. It closes by itself."),
    Verdict.SETTLED: translatable("It is booked, handed over or closed by now."),
}


@dataclass(frozen=True)
class ActChoice:
    """An act as a page offers it."""

    name: ActName
    label: str
    explanation: str
    is_undoable: bool


@dataclass(frozen=True)
class Place:
    """A page where an open item is cured, or seen."""

    label: str
    address: str
    """After the root of the pages, or after Airflow's own."""
    is_in_airflow: bool = False


@dataclass(frozen=True)
class CauseWords:
    """A cause in words."""

    sentence: str
    is_example: bool
    """True when the sentence is that of one record, and the others have the same with their own."""
    cure: str
    who: str


def act_choices(view: View, acts: Sequence[ActName]) -> list[ActChoice]:
    """Return the acts with their words."""
    return [
        ActChoice(act, view.text(label), view.text(explanation), act in UNDOABLE)
        for act in acts
        for label, explanation in [ACT_WORDS[act]]
    ]


def cause_words(view: View, cause: OpenCause, first: OpenRecord) -> CauseWords:
    """Return a cause in words; `first` is one of its records, with the values of its sentence."""
    language: Language = "en" if view.words.language == "en" else "nl"
    entry = reasons.entry_of(cause.reason)
    who = reasons.CURERS[language][entry.cure if entry else "support"]
    sentence = item_sentence(first.item, language)
    return CauseWords(sentence, is_about_one_record(cause), reasons.cure(cause.reason, language), who)


def places_of(view: View, record: OpenRecord) -> list[Place]:
    """Return where a record is cured, or seen: its run, its booking, its workbook, its link."""
    practice, dag = f"/practices/{record.practice}", f"/dags/{DAG_PREFIX}{record.practice}"
    if record.kind == "night" and record.run:
        run = f"{dag}/runs/{quote(record.run, safe='')}"
        return [
            Place(view.text("To the run in Airflow"), run, is_in_airflow=True),
            Place(view.text("After an outage"), "/outage"),
        ]
    if record.kind == "night":
        return [Place(view.text("To the DAG"), dag, is_in_airflow=True)]
    if record.kind == "workbook":
        return [Place(view.text("To the workbooks"), f"{practice}/workbooks")]
    if record.kind == "practice":
        return [Place(view.text("To the link"), f"{practice}/link")]
    if record.booking_id is not None:
        return [Place(view.text("To the booking"), f"{practice}/bookings/{record.booking_id}")]
    return [Place(view.text("James against Exact"), f"{practice}/reconciliation")]


def record_sentence(view: View, record: OpenRecord) -> str:
    """Return what is the matter with a record, or with what it waits for."""
    return item_sentence(record.item, "en" if view.words.language == "en" else "nl")


def judgement_words(view: View, judged: Judgement) -> tuple[str, str | None, str | None]:
    """Return the verdict, the sentence of what keeps the record back, and who cures it where."""
    words = view.text(VERDICT_WORDS[judged.verdict])
    if judged.item is None or judged.item.reason is None:
        return words, None, None
    language: Language = "en" if view.words.language == "en" else "nl"
    return words, item_sentence(judged.item, language), reasons.cure(judged.item.reason, language)
