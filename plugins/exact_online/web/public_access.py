"""What protects the pages without a login: own pages only, limits, and signed links."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, HTTPException, Request

from exact_online.activation.links import PER_LINK, PER_VISITOR, is_usable, is_within, link_id_of
from exact_online.activation.questions import Question
from exact_online.ledger import Ledger
from exact_online.ledger.activation import ActivationLink
from exact_online.web.access import SAFE_METHODS, is_from_own_pages
from exact_online.web.database import OpenLedger
from exact_online.web.exact import signing_key
from exact_online.web.language import translatable
from exact_online.web.leaving import LINK_COOKIE

GONE = 410
TOO_MANY = translatable("Too many requests. Wait for ten minutes, then try again.")
USED_UP = translatable("This link was used, or is too old.")
UNKNOWN_LINK = translatable("This link does not exist. Check that the whole address was copied.")


def guard_public(request: Request) -> None:
    """Let what changes something through from our own pages alone. Raises HTTPException 403."""
    if request.method not in SAFE_METHODS and not is_from_own_pages(request):
        raise HTTPException(403, translatable("This request did not come from the pages of Exact Online."))


def limit_visitor(request: Request, ledger: OpenLedger) -> None:
    """Count a request of a network address. Raises HTTPException 429 when there are too many."""
    address = request.client.host if request.client else ""
    if not is_within(ledger, "visitor", address, PER_VISITOR):
        raise HTTPException(429, TOO_MANY)


async def airflow_user(request: Request) -> BaseUser | None:
    """Return who is signed in at Airflow in this browser, by its auth manager; None for nobody."""
    try:
        return await get_user(request, None, None)
    except HTTPException:
        return None


AirflowUser = Annotated[BaseUser | None, Depends(airflow_user)]


def link_of(ledger: Ledger, token: str) -> ActivationLink:
    """Return the link of a token that links a practice, also a spent one.

    Raises HTTPException 404 or 429.
    """
    return _known_link(ledger, token, asks=False)


def question_link_of(ledger: Ledger, token: str) -> tuple[ActivationLink, Question]:
    """Return the link of a token that asks something, also a spent one, with what it asks.

    Raises HTTPException 404 or 429.
    """
    link = _known_link(ledger, token, asks=True)
    return link, Question(**(link.question or {}))


def _known_link(ledger: Ledger, token: str, *, asks: bool) -> ActivationLink:
    link_id = link_id_of(token, signing_key())
    link = ledger.activation.link(link_id) if link_id else None
    if link is None or (link.question is not None) != asks:
        raise HTTPException(404, UNKNOWN_LINK)
    if not is_within(ledger, "link", link.link_id, PER_LINK):
        raise HTTPException(429, TOO_MANY)
    return link


def usable_link(request: Request, ledger: Ledger, token: str) -> ActivationLink:
    """Return a link that this browser may go on with. Raises HTTPException 404, 410 or 429."""
    link = link_of(ledger, token)
    if not may_use(request, link):
        raise HTTPException(GONE, USED_UP)
    return link


def may_use(request: Request, link: ActivationLink) -> bool:
    """Return whether the browser of a request may go on with a link."""
    return is_usable(link, request.cookies.get(LINK_COOKIE, ""))
