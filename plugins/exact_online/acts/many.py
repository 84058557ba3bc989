"""One act on many records: each in a transaction of its own, all found again by one id."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from exact_online.acts.matches import not_ours, ours_alike
from exact_online.acts.offered import FUNCTIONS, ActName, acts_for
from exact_online.acts.taking_back import take_back
from exact_online.acts.word import Word
from exact_online.failures import LockLost, NotReady
from exact_online.ledger import Ledger, OpenRecord
from exact_online.ledger.matches import Chosen

MOST_AT_ONCE = 500
"""Records that one press of a button acts on: about three seconds."""


@dataclass(frozen=True)
class NotDone:
    """Why a record was left as it is."""

    practice: str
    subject: str
    sentence: str


@dataclass
class Outcome:
    """What came of one press of a button."""

    together: str = field(default_factory=lambda: str(uuid.uuid4()))
    done: int = 0
    not_done: list[NotDone] = field(default_factory=list)


def act_on(
    ledger: Ledger,
    act: ActName,
    records: Iterable[OpenRecord],
    by: str,
    reason: str,
    may_act: Callable[[str], bool],
) -> Outcome:
    """Do `act` with each record that it is for, and whose practice `may_act` allows.

    What does not go, since it changed meanwhile or a night writes for its practice, is left as it
    is and named; all else is done. Raises NotReady without a name or a reason.
    """
    outcome = Outcome()
    with ledger.acts.made_together(outcome.together):
        for record in records:
            if act in acts_for(record.reason, record.kind, record.state) and may_act(record.practice):
                word = Word(record.practice, by, reason)
                _try(outcome, word, record.subject, partial(FUNCTIONS[act], ledger, word, record.subject))
    return outcome


def take_back_all(
    ledger: Ledger, together: str, by: str, reason: str, may_act: Callable[[str], bool]
) -> Outcome:
    """Take back what was made together, where that still goes."""
    outcome = Outcome(together)
    for act in ledger.acts.of_many(together):
        if act.taken_back_by is None and may_act(act.practice):
            word = Word(act.practice, by, reason)
            _try(outcome, word, act.subject, partial(take_back, ledger, word, act.act_id))
    return outcome


def decide_matches(ledger: Ledger, act: ActName, chosen: Iterable[Chosen], word: Word) -> Outcome:
    """Say of each that it is the debtor (`ActName.OURS`) or somebody else (`ActName.NOT_OURS`).

    `Outcome.done` counts debtors. What was decided meanwhile, or looks like another one too and is
    not named by its code, is left as it is.
    """
    decide = {ActName.OURS: ours_alike, ActName.NOT_OURS: not_ours}[act]
    outcome = Outcome()
    with ledger.acts.made_together(outcome.together):
        for each in chosen:
            subject = f"debiteur:{each.debtor_number}" if each.debtor_number else str(each.kind)
            try:
                outcome.done += len(decide(ledger, word, each)[1])
            except (NotReady, LockLost) as failure:
                outcome.not_done.append(NotDone(word.practice, subject, str(failure)))
    return outcome


def _try(outcome: Outcome, word: Word, subject: str, act: Callable[[], object]) -> None:
    try:
        act()
    except (NotReady, LockLost) as failure:
        outcome.not_done.append(NotDone(word.practice, subject, str(failure)))
    else:
        outcome.done += 1
