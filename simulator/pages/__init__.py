"""The pages for people (consent, books, call log, switchboard) and the admin API beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.routing import APIRoute
from starlette.middleware.trustedhost import TrustedHostMiddleware

from simulator.pages import admin, books, by_hand, consent, switchboard
from simulator.world import World

__all__ = ["create_pages"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def create_pages(world: World, name: str = "") -> FastAPI:
    """Return the application of the pages and the admin API.

    It serves loopback names and, in a network of containers, the host `name`; it changes nothing
    for a form of another site.
    """
    app = FastAPI(
        title="Exact Online-simulator", docs_url=None, redoc_url=None, openapi_url="/simulator/openapi.json"
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", *filter(None, [name])])
    app.middleware("http")(_guard)
    app.add_exception_handler(405, _not_allowed)
    app.state.world = world
    app.include_router(admin.router)
    for part in (consent, books, by_hand, switchboard):
        app.include_router(part.router)
    return app


async def _not_allowed(request: Request, _error: Exception) -> Response:
    """``Allow`` names every method of the path.

    The framework only knows those of the first route that fits.
    """
    routes = [
        route
        for route in request.app.routes
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path)
    ]
    methods = {method for route in routes for method in route.methods}
    return JSONResponse({"detail": "Method Not Allowed"}, 405, {"Allow": ", ".join(sorted(methods))})


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    origin = request.headers.get("origin")
    if (
        request.method not in {"GET", "HEAD"}
        and origin
        and urlsplit(origin).netloc != request.headers.get("host")
    ):
        return PlainTextResponse("Dit formulier hoort bij een andere site.", 403)
    answer = await call_next(request)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Referrer-Policy"] = "same-origin"  # "no-referrer" makes our forms say origin "null"
    return answer
