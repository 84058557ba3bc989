"""The app of the pages that need Airflow's login."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from exact_online.web.access import guard
from exact_online.web.errors import add_error_pages
from exact_online.web.headers import SecurityHeaders
from exact_online.web.routes import (
    activating,
    disconnecting,
    first_sync,
    health,
    linking,
    new_practice,
    practices,
    reconciliation,
    settings,
    settings_intake,
)
from exact_online.web.view import STATIC, Static

MAX_BODY_BYTES = 5 * 1024 * 1024
"""The largest form or workbook that is read; a filled intake workbook has some 30 KB."""


def make_pages() -> FastAPI:
    """Return the app. Each route below it passes `guard`."""
    app = FastAPI(dependencies=[Depends(guard)], docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", Static(directory=STATIC))
    modules = (
        practices,
        reconciliation,
        new_practice,
        settings,
        settings_intake,
        linking,
        first_sync,
        activating,
        disconnecting,
        health,
    )
    for module in modules:
        app.include_router(module.router)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(SecurityHeaders)
    add_error_pages(app)
    return app


pages = make_pages()
