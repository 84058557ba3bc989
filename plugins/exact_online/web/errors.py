"""What a person sees when a request can't be answered: what is wrong, and the cure."""

from __future__ import annotations

import logging

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from exact_online.book_day import AMSTERDAM
from exact_online.failures import LinkFailure, NotReady, WaitForWindow
from exact_online.schedule import PAGES
from exact_online.web.access import SAFE_METHODS
from exact_online.web.view import SEE_OTHER, View

log = logging.getLogger(__name__)


def add_error_pages(app: FastAPI) -> None:
    """Let an app answer failures with a page in words."""

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 401:
            return _signed_out(request)
        return _error_page(request, error.status_code, View(request).text(str(error.detail)))

    @app.exception_handler(RequestValidationError)
    async def wrong_input(request: Request, error: RequestValidationError) -> Response:
        fields = ", ".join(sorted({str(each["loc"][-1]) for each in error.errors()}))
        view = View(request)
        return _error_page(request, 422, view.text("These fields can't be used: %(fields)s.", fields=fields))

    @app.exception_handler(WaitForWindow)
    async def full_minute(request: Request, wait: WaitForWindow) -> Response:
        view = View(request)
        words = view.text(
            "Exact Online allows no more calls for this division in this minute. Try again after %(until)s.",
            until=f"{wait.until.astimezone(AMSTERDAM):%H:%M:%S}",
        )
        return _error_page(request, 503, words)

    @app.exception_handler(LinkFailure)
    async def link_failure(request: Request, failure: LinkFailure) -> Response:
        return _error_page(request, 409 if isinstance(failure, NotReady) else 503, str(failure))

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        """Our own mistake; the log has the trace, the page has no details (B7)."""
        log.error("A page of Exact Online failed: %s", request.scope.get("path"), exc_info=error)
        view = View(request)
        words = view.text(
            "This page failed by a fault of ours. Nothing was changed; James Support can see why."
        )
        return _error_page(request, 500, words)


def _error_page(request: Request, status: int, words: str) -> Response:
    return View(request).page("error.html", status=status, words=words)


def _signed_out(request: Request) -> Response:
    """Lead to the login and back.

    A page of its own goes there by itself. In Airflow's frame a link does, which leaves the frame:
    many login pages do not let themselves be framed.
    """
    view = View(request)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method not in SAFE_METHODS:
        here = f"{view.root}/"
    kind = request.headers.get("sec-fetch-dest")
    frame = f"{view.airflow}/plugin/{PAGES}" if kind == "iframe" else ""
    login = get_auth_manager().get_url_login(next_url=frame + here)
    if view.is_fragment:
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    if kind == "document" and request.method in SAFE_METHODS:
        return RedirectResponse(login, SEE_OTHER)
    return view.page("signed_out.html", status=401, login=login)
