"""Where Exact sends browsers back to: one address, registered with Exact, for all (M6)."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import RedirectResponse, Response

from exact_online.activation.consent import arrive
from exact_online.activation.division import Choice, link_again
from exact_online.activation.links import token_of
from exact_online.activation.secret import hashed
from exact_online.ledger import Ledger, LedgerClock
from exact_online.ledger.activation import ActivationLink, ConsentRequest
from exact_online.schedule import PAGES
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook, exact_side, signing_key
from exact_online.web.language import translatable
from exact_online.web.leaving import CONSENT_COOKIE, LINK_COOKIE, carry
from exact_online.web.public_access import GONE, USED_UP, AirflowUser, may_use
from exact_online.web.public_routes.stop import ask_to_stop
from exact_online.web.view import SEE_OTHER, ThisView, View

router = APIRouter()

LINK_SECONDS = 14 * 24 * 3600
STRANGER = translatable(
    "This consent can't be used: it took longer than ten minutes, was used before, or began in another "
    "browser or as another user. Go back to the practice and authenticate again."
)
NOT_GIVEN = translatable("Exact gave no consent. Authenticate again, and agree on the screen of Exact.")

Text = Annotated[str, Query(max_length=2000)]


@router.get("/consent")
def come_back(
    view: ThisView, ledger: OpenLedger, hook: Hook, user: AirflowUser, code: Text = "", state: Text = ""
) -> Response:
    """Take the code of a consent from the browser that left for it, once."""
    browser = view.request.cookies.get(CONSENT_COOKIE, "")
    request = ledger.activation.request(hashed(state), hashed(browser))
    if request is None or not _is_same_person(request, user):
        raise HTTPException(403, STRANGER)
    link = ledger.activation.link(request.link_id) if request.link_id else None
    if link is not None and not may_use(view.request, link):
        raise HTTPException(GONE, USED_UP)
    if not ledger.activation.use_request(hashed(state)):
        raise HTTPException(403, STRANGER)
    if not code:
        raise HTTPException(400, NOT_GIVEN)
    arrival = arrive(ledger, exact_side(hook), request, code, LedgerClock(ledger.session))
    if request.purpose == "stop":
        return ask_to_stop(view, ledger, arrival.chain_id)
    practice = ledger.practices.get(str(request.practice))
    outcome = link_again(ledger, hook.client, practice, request.who)
    return _go_on(view, ledger, request, link, outcome, browser)


def _is_same_person(request: ConsentRequest, user: BaseUser | None) -> bool:
    """The user of Airflow who left; a link has no login, and the browser's secret suffices."""
    return request.login is None or (user is not None and str(user.get_id()) == request.login)


def _go_on(
    view: View,
    ledger: Ledger,
    request: ConsentRequest,
    link: ActivationLink | None,
    outcome: Choice | None,
    browser: str,
) -> Response:
    """Back to where the browser came from; a link is spent by now, for this browser alone."""
    words = f"?outcome={outcome}" if outcome else ""
    if link is None:
        page = f"{view.airflow}/{PAGES}/practices/{request.practice}/link{words}"
        return RedirectResponse(f"{view.airflow}/plugin/{PAGES}{page}" if request.framed else page, SEE_OTHER)
    answer = view.go_to(f"/activate/{token_of(link.link_id, signing_key())}{words}")
    if ledger.activation.spend_link(link.link_id, hashed(browser)):
        carry(view, answer, LINK_COOKIE, browser, LINK_SECONDS)
    return answer
