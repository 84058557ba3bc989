"""Who may do what on the pages, asked of whatever auth manager Airflow runs with.

Default deny: `guard` is the dependency of the whole app, and a route that states no right is
answered with 403 to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from fastapi import HTTPException, Request

from exact_online.registry import DAG_PREFIX
from exact_online.web.language import translatable

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PRACTICE_PARAMETER = "practice"
"""The path parameter of a route that concerns one practice."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Right(StrEnum):
    """What a person may do; each includes the ones before it."""

    LOOK = "look"
    """See practices and their numbers (Airflow's viewer)."""
    ACT = "act"
    """End what went wrong, start and clear runs (Airflow's user: support)."""
    SET_UP = "set_up"
    """Add practices, change settings, link with Exact (Airflow's op and admin)."""


def needs(right: Right) -> Callable[[Endpoint], Endpoint]:
    """State the right that a route needs; the decorator stands below the route's own."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.right = right  # type: ignore[attr-defined]
        return endpoint

    return mark


def may(user: BaseUser, right: Right, practice: str | None = None) -> bool:
    """Return whether a user has a right, for one practice or in general.

    The questions are those that every auth manager must be able to answer: to see a DAG, to start
    a run of it, to make a connection. (FAB denies POST on a DAG itself even to its administrators.)
    """
    manager = get_auth_manager()
    dag = DagDetails(id=DAG_PREFIX + practice) if practice else None
    match right:
        case Right.LOOK:
            allowed = manager.is_authorized_dag(method="GET", details=dag, user=user)
        case Right.ACT:
            allowed = manager.is_authorized_dag(
                method="POST", access_entity=DagAccessEntity.RUN, details=dag, user=user
            )
        case Right.SET_UP:
            allowed = manager.is_authorized_connection(method="POST", user=user)
    return bool(allowed)


def guard(request: Request, user: GetUserDep) -> None:
    """Let a request through when its route states a right and the user has it.

    One that changes something must come from our own pages. Raises HTTPException 401 (by Airflow,
    without a login) or 403.
    """
    if request.method not in SAFE_METHODS and not is_from_own_pages(request):
        raise HTTPException(403, translatable("This request did not come from the pages of Exact Online."))
    right = getattr(request.scope.get("endpoint"), "right", None)
    if right is None or not may(user, right, request.path_params.get(PRACTICE_PARAMETER)):
        raise HTTPException(403, translatable("You do not have the right to do this."))
    request.state.user = user


def is_from_own_pages(request: Request) -> bool:
    """Return whether a request was sent by one of our pages, or by no browser at all.

    A page of another site can forge neither header. Browsers send Sec-Fetch-Site over https and to
    localhost only, and Origin with every POST. Without both it is a program, which carries its own
    Bearer token and not the cookie of a login.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    if origin is not None:
        own = {request.headers.get("host"), urlsplit(conf.get("api", "base_url", fallback="")).netloc}
        return urlsplit(origin).netloc in own - {"", None}
    return "_token" not in request.cookies
