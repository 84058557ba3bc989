"""Would it work now? One record, judged against today without sending anything."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from exact_online.book_day import book_day
from exact_online.failures import LockLost, NotReady
from exact_online.ledger import Ledger
from exact_online.night.would_it_work import Trial, would_it_work
from exact_online.tasks.connections import james_session, page_connection
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook
from exact_online.web.inputs import PageClock
from exact_online.web.open_words import judgement_words
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView, View

router = APIRouter()


@router.get("/practices/{practice}/would-it-work")
@needs(Right.ACT)
def judge(
    view: ThisView,
    ledger: OpenLedger,
    hook: Hook,
    clock: PageClock,
    practice: str,
    key: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Say what the next night would do with a record. It costs some calls to Exact, all reads."""
    known = known_practice(view, ledger, practice)
    settings = ledger.practices.settings(known)
    with closing(page_connection()) as second, james_session() as james:
        trial = Trial(
            ledger, Ledger(second), hook.client(known, ledger), known, settings, clock, book_day(clock.now())
        )
        try:
            words, sentence, cure = judgement_words(view, would_it_work(trial, james, key))
        except NotReady as failure:
            words, sentence, cure = view.text("No: the whole practice waits."), str(failure), None
        except LockLost:
            busy = view.text("A night writes for this practice at this moment. Try again in a few minutes.")
            words, sentence, cure = busy, None, None
    return _page(view, known.code, known.name, key, words, sentence, cure)


def _page(
    view: View, code: str, name: str, key: str, words: str, sentence: str | None, cure: str | None
) -> Response:
    return view.page(
        "would_it_work.html", code=code, name=name, key=key, words=words, sentence=sentence, cure=cure
    )
