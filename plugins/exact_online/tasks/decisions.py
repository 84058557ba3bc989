"""Four decisions about a whole practice: what each would do in words, and the act of one.

A person starts DAG `exact_online_decision`, reads the words, and answers in Airflow. The act is
done in the name of who answered.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.activation.first_sync import FirstSync, Forecast, forecast, save
from exact_online.acts.many import MOST_AT_ONCE, act_on
from exact_online.acts.offered import ActName
from exact_online.acts.periods import release_period
from exact_online.acts.word import Word, acting
from exact_online.dutch import dutch_amount, dutch_day, dutch_number
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, OpenFilter, OpenRecord
from exact_online.ledger.decisions import Extent, Period
from exact_online.reason_codes import Reason
from exact_online.stops import Stop
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.outcomes import translate_failures
from exact_online.vocabulary import Backfill, BookingKind

log = logging.getLogger(__name__)

TO_CONFIRM = (Reason.RELATION_TO_CONFIRM, Reason.RELATION_ALIKE)


class Decision(StrEnum):
    """What is decided; the values are those of the form."""

    ADOPT_RELATIONS = "adopt_relations"
    REBUILD_LEDGER = "rebuild_ledger"
    RELEASE_PERIOD = "release_period"
    FIRST_SYNC_DATE = "first_sync_date"


@dataclass(frozen=True)
class Asked:
    """What the form of the DAG has."""

    practice: str
    decision: Decision
    reason: str
    period: Period | None
    """None for all periods."""
    link_date: dt.date | None
    first_day: dt.date | None
    backfill: Backfill

    @classmethod
    def of_params(cls, params: Mapping[str, Any]) -> Asked:
        """Return what the params of the run say; their shapes are checked by Airflow."""
        period = [int(part) for part in params["period"].split("-")] if params["period"] else []
        return cls(
            params["practice"].strip(),
            Decision(params["decision"]),
            params["reason"].strip(),
            (period[0], period[1] if len(period) > 1 else None) if period else None,
            dt.date.fromisoformat(params["link_date"]) if params["link_date"] else None,
            dt.date.fromisoformat(params["first_day"]) if params["first_day"] else None,
            Backfill(params["backfill"]),
        )


@dataclass(frozen=True)
class Question:
    """What is asked, in Dutch; the body is Markdown."""

    subject: str
    body: str


def question(ledger: Ledger, james: psycopg.Connection[Any], asked: Asked, today: dt.date) -> Question:
    """Return what the decision would do, in counts and euros. Nothing is written.

    Raises NotReady when there is no such practice, or nothing to decide.
    """
    practice = ledger.practices.get(asked.practice)
    match asked.decision:
        case Decision.ADOPT_RELATIONS:
            subject, lines = _relations(ledger, asked.practice)
        case Decision.REBUILD_LEDGER:
            subject, lines = _rebuilding(ledger, asked.practice)
        case Decision.RELEASE_PERIOD:
            subject, lines = _period(ledger, asked)
        case Decision.FIRST_SYNC_DATE:
            choice = _choice(ledger, asked)
            limit = ledger.call_windows.day_limit(practice.division)
            counted = forecast(james, practice.james_practice_code, choice, today, limit)
            subject, lines = _first_sync(choice), _brings(counted, choice)
    about = f"Praktijk **{practice.name}** ({practice.code}). Reden: {asked.reason}"
    body = "\n".join([about, "", *(f"* {line}" for line in lines)])
    return Question(f"{practice.name}: {subject}", body)


def decide(ledger: Ledger, asked: Asked, by: str, reason: str) -> None:
    """Do what was decided, in the name of who answered. Raises NotReady when it does not go (any
    more), LockLost while a night writes for the practice.

    A ledger is rebuilt by a night that the DAG starts afterwards: here it is written down.
    """
    word = Word(asked.practice, by, reason)
    match asked.decision:
        case Decision.ADOPT_RELATIONS:
            _adopt(ledger, word)
        case Decision.REBUILD_LEDGER:
            with acting(ledger, word):
                ledger.acts.keep(asked.practice, "rebuild_ledger", asked.practice, by, reason, {})
        case Decision.RELEASE_PERIOD:
            released = release_period(ledger, word, asked.period)
            log.info("%s boekingen gaan de volgende nacht opnieuw mee.", dutch_number(released))
        case Decision.FIRST_SYNC_DATE:
            if not save(ledger, asked.practice, _choice(ledger, asked), by):
                raise _impossible("er waren al nachten, dus de koppeldatum staat vast", "nights have run")


def _impossible(dutch: str, english: str) -> NotReady:
    return NotReady(Stop.DECISION_NOT_POSSIBLE, fault_nl=dutch, fault_en=english)


# Relations.


def _unconfirmed(ledger: Ledger, practice: str) -> list[OpenRecord]:
    found = []
    for reason in TO_CONFIRM:
        for cause in ledger.open_items.causes(OpenFilter(practice, reason=reason)):
            found += ledger.open_items.records(cause.cause_id, practice, page_size=MOST_AT_ONCE)
    return found


def _relations(ledger: Ledger, practice: str) -> tuple[str, list[str]]:
    records = _unconfirmed(ledger, practice)
    debtors = [each for each in records if each.kind == BookingKind.DEBTOR]
    if not debtors:
        raise _impossible("geen relatie wacht op een bevestiging", "no relation waits for a word")
    waiting = [each for each in records if each.kind != BookingKind.DEBTOR]
    return f"{dutch_number(len(debtors))} relaties in Exact overnemen?", [
        f"{dutch_number(len(debtors))} relaties in Exact lijken op een debiteur van James. Zij worden die "
        "debiteur, onder hun eigen nummer in Exact. Dit kan niet worden teruggenomen.",
        f"{_invoices(len(waiting), sum(each.cents for each in waiting))} wachten op deze debiteuren en "
        "worden de volgende nacht geboekt.",
        f"Bekijk ze eerst een voor een: *Open posten*, reden {' of '.join(TO_CONFIRM)}.",
    ]


def _adopt(ledger: Ledger, word: Word) -> None:
    debtors = [each for each in _unconfirmed(ledger, word.practice) if each.kind == BookingKind.DEBTOR]
    outcome = act_on(ledger, ActName.OURS, debtors, word.by, word.reason, lambda _: True)
    for each in outcome.not_done:
        log.warning("%s blijft zoals het is: %s", each.subject, each.sentence)
    if debtors and not outcome.done:
        raise _impossible("geen relatie kon worden overgenomen", "no relation could be adopted")
    log.info("%s relaties zijn overgenomen.", dutch_number(outcome.done))


# The ledger, and closed periods.


def _rebuilding(ledger: Ledger, practice: str) -> tuple[str, list[str]]:
    unknown = ledger.decisions.unknown_entries(practice)
    return "koppeling herbouwen uit Exact?", [
        f"In de dagboeken in Exact staan {dutch_number(unknown.records)} boekingen die de koppeling niet "
        f"kent, samen {dutch_amount(unknown.cents)} euro, zoals de laatste nacht ze las.",
        "Er begint meteen een nacht. Zij vergelijkt ze met James en neemt over wat gelijk is. Wat al in "
        "Exact staat, wordt niet nog eens verstuurd.",
        "Alleen doen als de database van de koppeling verloren of teruggezet is.",
    ]


def _period(ledger: Ledger, asked: Asked) -> tuple[str, list[str]]:
    found: Extent = ledger.decisions.period_closed(asked.practice, asked.period)
    name = _period_name(asked.period)
    if not found.records:
        raise _impossible(f"niets wacht op {name}", "nothing waits for it")
    return f"{name} opnieuw proberen?", [
        f"{_invoices(found.records, found.cents)} wachten omdat hun periode in Exact gesloten was.",
        "Zij gaan de volgende nacht opnieuw mee, onder hun eigen nummer en datum.",
        "De accountant moet de periode in Exact hebben heropend: anders wachten zij daarna opnieuw.",
    ]


def _period_name(period: Period | None) -> str:
    if period is None:
        return "alle gesloten perioden"
    year, number = period
    return f"periode {number} van {year}" if number else f"boekjaar {year}"


# The first-sync date.


def _choice(ledger: Ledger, asked: Asked) -> FirstSync:
    """The choice of the form. Raises NotReady for one that can't be made."""
    practice = ledger.practices.get(asked.practice)
    link_date = asked.link_date or practice.link_date
    is_older = asked.backfill is not Backfill.NOTHING
    first_day = (asked.first_day if is_older else None) or link_date
    state = ledger.activation.state(asked.practice)
    if first_day > link_date:
        raise _impossible("de eerste dag ligt na de koppeldatum", "the first day is after the day of linking")
    if practice.kept_from and first_day < practice.kept_from:
        raise _impossible("de eerste dag is voorbij zijn bewaartermijn", "the first day is past its term")
    if state and state.had_night and link_date != practice.link_date:
        raise _impossible("er waren al nachten, dus de koppeldatum staat vast", "nights have run")
    return FirstSync(link_date, first_day, asked.backfill)


OLDER = {
    Backfill.NOTHING: "oudere facturen blijven weg",
    Backfill.IMPORT: "oudere facturen worden geboekt via de API",
    Backfill.EXCEL: "oudere facturen worden overgedragen in een werkboek",
}


def _first_sync(choice: FirstSync) -> str:
    return f"synchroniseren vanaf {dutch_day(choice.first_day)}?"


def _brings(counted: Forecast, choice: FirstSync) -> list[str]:
    return [
        f"Vanaf {dutch_day(choice.link_date)}: {dutch_number(counted.newer_invoices)} facturen en "
        f"declaraties; daarvoor: {dutch_number(counted.older_invoices)} ({OLDER[choice.backfill]}).",
        f"Samen {dutch_amount(counted.total_cents)} euro, {dutch_number(counted.debtors)} debiteuren en "
        f"hoogstens {dutch_number(counted.calls)} aanroepen van Exact.",
        f"De laatste nacht die ervoor nodig is, is die van {dutch_day(counted.last_night)}.",
    ]


def _invoices(count: int, cents: int) -> str:
    return f"{dutch_number(count)} facturen, samen {dutch_amount(cents)} euro,"


# What the tasks of the DAG do.

DO, LEAVE = "Uitvoeren", "Niet uitvoeren"
"""The answers, as Airflow shows them."""


def explain(params: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    """Return `Question` for the task that asks it: counts and euros, no names of people."""
    with translate_failures("explain"), ledger_session() as ledger, james_session() as james:
        return vars(question(ledger, james, Asked.of_params(params), today))


def act(params: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Do what was decided; return whether a night must rebuild the ledger now.

    Raises AirflowSkipException when the answer, or no answer in time, was to leave it.
    """
    asked, who = Asked.of_params(params), answered_by(answer)
    remark = str((answer.get("params_input") or {}).get("remark") or "").strip()
    if list(answer["chosen_options"]) != [DO] or not who:
        raise AirflowSkipException(
            f"Niet uitgevoerd: {who or 'niemand antwoordde op tijd'}. {remark}".strip()
        )
    with translate_failures("act"), ledger_session() as ledger:
        decide(ledger, asked, who, f"{asked.reason} ({remark})" if remark else asked.reason)
    log.info("Uitgevoerd in naam van %s.", who)
    return asked.decision is Decision.REBUILD_LEDGER


def answered_by(answer: Mapping[str, Any]) -> str:
    """Return the name of who answered; empty when the time to answer was over."""
    user = answer.get("responded_by_user") or {}
    return str(user.get("name") or user.get("id") or "")
