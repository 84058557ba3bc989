"""The world that the application of a request shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from simulator.world import World


def current_world(request: Request) -> World:
    """Return the world that this application shows."""
    world: World = request.app.state.world
    return world


CurrentWorld = Annotated[World, Depends(current_world)]
