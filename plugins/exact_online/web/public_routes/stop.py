"""Where the App Center of Exact sends a customer who stops, with Country, Language and UserId.

Who knows a UserId proves nothing by it, so it shows nothing and ends nothing. The customer signs in
at Exact, and what is named and ended are the practices of that very user.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from exact_online.activation.consent import REQUEST_VALID_FOR
from exact_online.activation.disconnect import disconnect_all
from exact_online.ledger import Ledger
from exact_online.ledger.activation import ConsentRequest
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook, exact_origin, signing_key
from exact_online.web.headers import content_security_policy
from exact_online.web.language import translatable
from exact_online.web.leaving import carry, leave_for_exact
from exact_online.web.view import ThisView, View

router = APIRouter(prefix="/stop")

STOP_COOKIE = "exact_online_stop"
"""The signed token chain of the user who signed in at Exact a moment ago."""
EXACT_USER = "Exact user"
"""Who acts, in the audit log: he has no account with us."""
SECONDS = int(REQUEST_VALID_FOR.total_seconds())
TOO_LATE = translatable("You signed in at Exact more than ten minutes ago. Begin again.")


@router.get("")
def explain(
    view: ThisView,
    hook: Hook,
    country: Annotated[str, Query(alias="Country", max_length=10)] = "",
    language: Annotated[str, Query(alias="Language", max_length=10)] = "",
    user_id: Annotated[str, Query(alias="UserId", max_length=60)] = "",
) -> Response:
    """Say what stopping means, and ask to sign in at Exact."""
    policy = content_security_policy(exact_origin(hook))
    return view.page("stop.html", headers={"Content-Security-Policy": policy})


@router.post("")
def sign_in(view: ThisView, ledger: OpenLedger, hook: Hook) -> Response:
    """Leave for Exact, which says who it is."""
    request = ConsentRequest("stop", None, None, None, EXACT_USER, framed=False)
    return leave_for_exact(view, ledger, hook, request, None)


def ask_to_stop(view: View, ledger: Ledger, chain_id: str) -> Response:
    """Go on with the question, for the user of this token chain.

    Of one without practices the tokens that he just gave are deleted at once.
    """
    answer = view.go_to("/stop/practices")
    carry(view, answer, STOP_COOKIE, _signer().dumps(chain_id), SECONDS)
    if not ledger.activation.practices_of_chain(chain_id):
        ledger.activation.forget_chains([chain_id])
    return answer


@router.get("/practices")
def ask(view: ThisView, ledger: OpenLedger, done: bool = False) -> Response:
    """Name the practices of the user who signed in, and ask once."""
    if done:
        return view.page("stopped.html")
    practices = ledger.activation.practices_of_chain(_chain_id(view.request))
    return view.page("stop_practices.html", practices=practices)


@router.post("/practices")
def stop(view: ThisView, ledger: OpenLedger) -> Response:
    """Disconnect all practices of the user who signed in."""
    disconnect_all(ledger, _chain_id(view.request), EXACT_USER)
    return view.go_to("/stop/practices?done=true")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(), salt="exact-online-stop")


def _chain_id(request: Request) -> str:
    try:
        return str(_signer().loads(request.cookies.get(STOP_COOKIE, ""), max_age=SECONDS))
    except BadSignature:
        raise HTTPException(403, TOO_LATE) from None
