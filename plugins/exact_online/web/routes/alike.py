"""Relations of previous software that look like a debtor: listed with both names, decided by people
(M16).

Who looks is written down before a name is shown. There is no such page behind a signed link: a link
proves a mail address, and that is too little for the names of patients.
"""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.acts.many import decide_matches
from exact_online.acts.offered import ActName
from exact_online.acts.word import Word
from exact_online.extract.practice import james_cards
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.matches import PAGE_SIZE, Chosen, ListedMatch
from exact_online.requirements import known
from exact_online.tasks.connections import james_session
from exact_online.transform.names import directory_names
from exact_online.vocabulary import MatchKind
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView, View

router = APIRouter()

PageNumber = Annotated[int, Query(ge=1, le=10_000)]
Count = Annotated[int, Query(ge=0, le=100_000)]
CHOSEN = "chosen"
"""The scope of what was ticked; the others are kinds."""


class Decision(BaseModel):
    """What is said, of which, and why."""

    act: Literal[ActName.OURS, ActName.NOT_OURS]
    scope: Literal["chosen"] | MatchKind
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]


async def sent_decision(request: Request) -> tuple[dict[str, str], list[str]]:
    """Return the texts of the form, and what was ticked: id in Exact and debtor number each."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return texts, [value for value in form.getlist("match") if isinstance(value, str)][:PAGE_SIZE]


@router.get("/practices/{practice}/alike")
@needs(Right.ACT)
def show(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    page: PageNumber = 1,
    kind: MatchKind | None = None,
    done: Count = 0,
    left: Count = 0,
) -> Response:
    """Show a page of what waits for a word, with the names in James and in Exact."""
    known_one = known_practice(view, ledger, practice)
    return _page(view, ledger, known_one, page, kind, done=done, left=left)


@router.post("/practices/{practice}/alike")
@needs(Right.ACT)
def decide(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    sent: Annotated[tuple[dict[str, str], list[str]], Depends(sent_decision)],
    page: PageNumber = 1,
    kind: MatchKind | None = None,
) -> Response:
    """Say of those that were ticked, or of all of a kind, whether they are the debtor."""
    known_one = known_practice(view, ledger, practice)
    texts, ticked = sent
    form = read_form(view, Decision, texts)
    if texts.get("scope") == CHOSEN and not ticked:
        form.reject("scope", view.text("Tick at least one."))
    if form.model is None or not form.is_right:
        return _page(view, ledger, known_one, page, kind, form=form, ticked=ticked)
    said = form.model
    chosen = _named(ledger, practice, ticked) if said.scope == CHOSEN else [Chosen(kind=said.scope)]
    word = Word(practice, view.user_name, said.reason)
    outcome = decide_matches(ledger, ActName(said.act), chosen, word)
    left = len(outcome.not_done) + (len(ticked) - len(chosen) if said.scope == CHOSEN else 0)
    if not outcome.done:
        form.reject(
            "scope",
            view.text(
                "Nothing was done: it was decided meanwhile, looks like another one too, or a night writes "
                "for this practice now."
            ),
        )
        return _page(view, ledger, known_one, page, kind, form=form, ticked=ticked, status=409)
    return view.go_to(f"/practices/{practice}/alike?done={outcome.done}&left={left}")


def _named(ledger: Ledger, practice: str, ticked: list[str]) -> list[Chosen]:
    """What was ticked, each by its debtor and its code, as far as it still waits."""
    chosen = []
    for each in ticked:
        exact_id, _, number = each.partition(" ")
        codes = [
            match.code for match in ledger.matches.of_debtor(practice, number) if match.exact_id == exact_id
        ]
        chosen += [Chosen(number, code) for code in codes]
    return chosen


def _page(
    view: View,
    ledger: Ledger,
    practice: Practice,
    page: int,
    kind: MatchKind | None,
    *,
    form: Form[Decision] | None = None,
    ticked: list[str] | None = None,
    status: int = 422,
    done: int = 0,
    left: int = 0,
) -> Response:
    form = form or Form()
    counts = ledger.matches.counts(practice.code)
    rows = ledger.matches.page(practice.code, page, kind)
    seen = {f"debiteur:{row.debtor_number}" for row in rows} | {f"relatie:{row.code}" for row in rows}
    ledger.events.note_access(practice.code, view.user_name, *sorted(seen))
    found = sum(each.open for each in counts if kind in (None, each.kind))
    return view.page(
        "alike.html",
        status=status if form.problems else 200,
        practice=practice,
        counts=counts,
        total=sum(each.open for each in counts),
        rows=rows,
        names=_names(practice, rows),
        kind=kind,
        page=page,
        pages=-(-found // PAGE_SIZE),
        form=form,
        ticked=ticked or [],
        done=done,
        left=left,
        was_read=_was_read(ledger, practice.code),
    )


def _was_read(ledger: Ledger, practice: str) -> bool:
    """Whether a night or a check has compared the relations."""
    has_mirror = ledger.mirrors.relation_cursors(practice).relations > 0
    return has_mirror or known(ledger, practice) is not None


def _names(practice: Practice, rows: list[ListedMatch]) -> dict[str, str]:
    """Debtor number -> its name, from James where the ledger does not have it (any more)."""
    names = {row.debtor_number: row.debtor_name for row in rows}
    lacking = {number for number, name in names.items() if not name}
    if not lacking:
        return names
    try:
        with james_session() as james:
            cards = james_cards(james, practice.james_practice_code)
    except LinkFailure:  # the relation's own name and both numbers are shown all the same
        return names
    found = [card for card in cards if card["debtor_number"] in lacking]
    if found:
        frame = pd.DataFrame(found)
        names |= dict(zip(frame["debtor_number"], directory_names(frame), strict=True))
    return names
