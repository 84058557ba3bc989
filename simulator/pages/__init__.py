"""Everything for people: the consent page, the books in a browser, the log, the switchboard; and the admin API beside it."""

from __future__ import annotations

from fastapi import FastAPI

from simulator.gateway import Gateway
from simulator.pages import consent
from simulator.world import World

__all__ = ["create_pages"]


def create_pages(world: World, gateway: Gateway) -> FastAPI:
    app = FastAPI(title="Exact Online-simulator", docs_url=None, redoc_url=None, openapi_url="/simulator/openapi.json")
    app.state.world = world
    app.include_router(consent.routes(world))
    return app
