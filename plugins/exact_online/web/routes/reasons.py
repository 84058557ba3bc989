"""One page per reason: what it means, who cures it where, and what follows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online.acts.offered import ActName, acts_for
from exact_online.reason_help import Afterwards, Kind, ReasonHelp, all_help, help_of
from exact_online.reasons import Language
from exact_online.vocabulary import BookingKind, BookingState, Cause
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.language import translatable
from exact_online.web.open_words import act_choices
from exact_online.web.view import ThisView, View

router = APIRouter()

KIND_WORDS = {
    Kind.RECORD: translatable("An invoice or a debtor"),
    Kind.WATCH: translatable("What the daily watch tells"),
    Kind.STOP: translatable("A task that waits for a person"),
    Kind.REQUIREMENT: translatable("What a division lacks"),
}

AFTERWARDS_WORDS = {
    Afterwards.NOTHING: translatable("Nobody has to do anything."),
    Afterwards.NEXT_NIGHT: translatable(
        "It goes along by itself the next night. Sooner: clear the red task in Airflow with all tasks after "
        "it (Downstream)."
    ),
    Afterwards.AT_INTERVALS: translatable(
        "The link can't see in Exact that this is cured. It tries again after 1, 2, 4 and 7 days, and every "
        "week from then on. At once: clear the red task in Airflow with all tasks after it (Downstream)."
    ),
    Afterwards.CHECK_AGAIN: translatable(
        "Have the requirements checked again on the practice's own page; the next night looks at them too."
    ),
    Afterwards.CLEAR: translatable(
        "Clear the red task in Airflow with all tasks after it (Downstream). The next night tries it as well."
    ),
}


def _language(view: View) -> Language:
    return "en" if view.words.language == "en" else "nl"


@router.get("/reasons")
@needs(Right.LOOK)
def all_reasons(view: ThisView, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show every reason, or those in whose words somebody looks for something."""
    wanted = q.strip().casefold()
    groups: dict[str, list[ReasonHelp]] = {}
    for each in all_help(_language(view)):
        if wanted in _text(each):
            groups.setdefault(view.text(KIND_WORDS[each.kind]), []).append(each)
    return view.page("reasons.html", groups=groups, q=q)


@router.get("/reasons/{code}")
@needs(Right.LOOK)
def one_reason(view: ThisView, ledger: OpenLedger, code: str) -> Response:
    """Show a reason, and lead to what is open by it now."""
    found = help_of(code, _language(view))
    if found is None:
        raise HTTPException(404, view.text("There is no such reason."))
    return view.page(
        "reason.html",
        reason=found,
        kind=view.text(KIND_WORDS[found.kind]),
        afterwards=view.text(AFTERWARDS_WORDS[found.afterwards]),
        acts=act_choices(view, _acts(found)),
        is_open=code in ledger.open_items.reasons(),
    )


def _acts(found: ReasonHelp) -> tuple[ActName, ...]:
    """What may end an invoice, or a difference, that is open by this reason."""
    if found.kind != Kind.RECORD or found.afterwards == Afterwards.NOTHING:
        return ()
    state = "different" if found.code in set(Cause) else BookingState.REJECTED
    return acts_for(found.code, BookingKind.SALES_ENTRY, state)


def _text(each: ReasonHelp) -> str:
    words = "".join(text for text, _ in (*each.sentence, *each.sentence_of_exact))
    return f"{each.code} {words} {each.who} {each.where}".casefold()
