"""The app of the pages without a login: each is behind a signed link, and shows its subject alone.

An app of its own, so that nothing of the pages behind the login can be reached through it.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from exact_online.web.errors import add_error_pages
from exact_online.web.headers import SecurityHeaders
from exact_online.web.view import STATIC, Static

MAX_BODY_BYTES = 5 * 1024 * 1024


def make_public() -> FastAPI:
    """Return the app."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", Static(directory=STATIC))
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(SecurityHeaders)
    add_error_pages(app)
    return app


public = make_public()
