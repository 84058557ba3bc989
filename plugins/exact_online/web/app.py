"""What the app behind the login and the app of signed links have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from exact_online.web.errors import add_error_pages
from exact_online.web.headers import SecurityHeaders
from exact_online.web.uploads import BodyLimit
from exact_online.web.view import STATIC, Static

MAX_BODY_BYTES = 5 * 1024 * 1024
"""The largest form or workbook that is read; a filled intake workbook has some 30 KB."""


def make_app(
    guards: Sequence[Callable[..., Any]],
    routers: Sequence[APIRouter],
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """Return an app of which each route passes `guards`, in their order. It describes no API.

    `larger_bodies`: how an address ends -> the bytes that may be sent to it.
    """
    app = FastAPI(
        dependencies=[Depends(each) for each in guards], docs_url=None, redoc_url=None, openapi_url=None
    )
    app.mount("/static", Static(directory=STATIC))
    for router in routers:
        app.include_router(router)
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES, larger=larger_bodies or {})
    app.add_middleware(SecurityHeaders)
    add_error_pages(app)
    return app
