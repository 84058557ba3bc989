"""What a person sees when a request can't be answered: what is wrong, and the cure."""

from __future__ import annotations

import logging

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from exact_online.book_day import AMSTERDAM
from exact_online.failures import DayIsFull, ErrorLimit, LinkFailure, NotReady, WaitForWindow
from exact_online.reasons import explain
from exact_online.schedule import PAGES
from exact_online.stops import Stop
from exact_online.web.access import SAFE_METHODS
from exact_online.web.language import translatable
from exact_online.web.sentences import language_of
from exact_online.web.view import SEE_OTHER, View

log = logging.getLogger(__name__)

_OF_THE_DAY = translatable(
    "The %(limit)s calls that Exact Online takes in a day for division %(division)s are used. "
    "Try again after %(until)s."
)
_NIGHT_COMES_FIRST = translatable(
    "Of the %(limit)s calls that Exact Online takes in a day for division %(division)s, %(reserve)s are "
    "left to the night. Try again after %(until)s."
)
WINDOWS = {
    Stop.MINUTE_FULL: translatable(
        "The %(limit)s calls that Exact Online takes in a minute for division %(division)s are used. "
        "Try again after %(until)s."
    ),
    Stop.DAY_FULL: _OF_THE_DAY,
    Stop.DAY_FULL_FOR_HISTORY: _NIGHT_COMES_FIRST,
    Stop.DAY_FULL_FOR_LATER: _NIGHT_COMES_FIRST,
    Stop.DAY_BLOCKED: translatable(
        "Exact Online takes no calls for division %(division)s and does not say why. "
        "Try again after %(until)s."
    ),
    Stop.ERROR_LIMIT: translatable(
        "Exact Online answered %(errors)s calls for division %(division)s with an error within an hour, "
        "close to its error limit. Try again after %(until)s."
    ),
    Stop.TOKEN_CALLS_FULL: translatable(
        "Exact Online was asked for a token %(calls)s times today. Try again after %(until)s."
    ),
}
"""Which of Exact's windows is closed, and until when."""


def window_sentence(view: View, wait: WaitForWindow | DayIsFull) -> str:
    """Return which window of Exact is closed and until when, in the reader's language.

    What waits for something else is told by the catalogue's sentence, with the moment.
    """
    code, values = wait.problem if isinstance(wait, WaitForWindow) else wait.problems[0]
    until = values.get("until")
    if isinstance(wait, WaitForWindow | ErrorLimit):
        moment = wait.until.astimezone(AMSTERDAM)
        until = f"{moment:%H:%M:%S}" if code == Stop.MINUTE_FULL else view.words.moment(moment)
    if code in WINDOWS:
        return view.text(WINDOWS[Stop(code)], **{**values, "until": until})
    sentence = explain(code, values, language_of(view))
    again = view.text("Try again after %(until)s.", until=until)
    return f"{sentence} {again}" if until else sentence


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
    @app.exception_handler(DayIsFull)
    async def full_window(request: Request, wait: WaitForWindow | DayIsFull) -> Response:
        return _error_page(request, 503, window_sentence(View(request), wait))

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
