"""The app of a monitor without a login: whether the link works, in one word and no detail."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from exact_online.web.headers import SecurityHeaders
from exact_online.web.health import keeper


def make_probe() -> FastAPI:
    """Return the app: one route, which asks the ledger no more often than `health` allows."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.api_route("/", methods=["GET", "HEAD"])
    def is_up() -> PlainTextResponse:
        """Answer 200 with *ok*, or 503 with *not ok*."""
        up = keeper.health().is_up
        return PlainTextResponse("ok\n" if up else "not ok\n", 200 if up else 503)

    app.add_middleware(SecurityHeaders)
    return app


probe = make_probe()
