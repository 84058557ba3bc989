"""The app of the pages without a login: each is behind a signed link, and shows its subject alone.

An app of its own, so that nothing of the pages behind the login can be reached through it.
"""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from exact_online.web.errors import add_error_pages
from exact_online.web.headers import SecurityHeaders
from exact_online.web.public_access import guard_public, limit_visitor
from exact_online.web.public_routes import activate, consent, question, stop
from exact_online.web.view import STATIC, Static

MAX_BODY_BYTES = 5 * 1024 * 1024


def make_public() -> FastAPI:
    """Return the app. Each route below it passes `guard_public`, and counts for its visitor."""
    app = FastAPI(
        dependencies=[Depends(guard_public), Depends(limit_visitor)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.is_public = True
    app.mount("/static", Static(directory=STATIC))
    for module in (activate, consent, question, stop):
        app.include_router(module.router)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(SecurityHeaders)
    add_error_pages(app)
    return app


public = make_public()
