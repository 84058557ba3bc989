"""A browser that leaves for the consent screen of Exact, and what it carries there and back."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import RedirectResponse

from exact_online.activation.consent import REQUEST_VALID_FOR, depart
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Ledger
from exact_online.ledger.activation import ConsentRequest
from exact_online.schedule import PUBLIC_PAGES
from exact_online.web.exact import exact_side, is_encrypted
from exact_online.web.view import SEE_OTHER, View

CONSENT_COOKIE = "exact_online_consent"
"""The secret of a browser that left with a state."""
LINK_COOKIE = "exact_online_link"
"""The secret of the browser that spent a link, which goes on with it."""


def leave_for_exact(
    view: View, ledger: Ledger, hook: ExactOnlineHook, request: ConsentRequest, agreed_text: str | None
) -> Response:
    """Send the browser to the consent screen."""
    departure = depart(ledger, exact_side(hook), request, agreed_text)
    answer = RedirectResponse(departure.address, SEE_OTHER)
    carry(view, answer, CONSENT_COOKIE, departure.browser, int(REQUEST_VALID_FOR.total_seconds()))
    return answer


def carry(view: View, answer: Response, name: str, secret: str, seconds: int) -> None:
    """Let the browser keep a secret for the public pages: no script and no other site sees it."""
    answer.set_cookie(
        name,
        secret,
        max_age=seconds,
        path=f"{view.airflow}/{PUBLIC_PAGES}",
        secure=is_encrypted(),
        httponly=True,
        samesite="lax",
    )
