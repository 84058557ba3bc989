"""The scopes that an app of the simulator has: exactly those that the link declares, as a rule."""

from __future__ import annotations

from collections.abc import Mapping

from exact_online.api.scopes import Level, declared
from simulator.contract import CONTRACT
from simulator.world import World

ALL = {resource.scope for resource in CONTRACT.values() if resource.scope}


def grant_only(world: World, scopes: Mapping[str, Level] | None = None) -> None:
    """Give the world's app these scopes and no others."""
    has = declared() if scopes is None else scopes
    managed = {scope for scope, level in has.items() if level is Level.MANAGE}
    world.app.unreadable_scopes = ALL - set(has)
    world.app.unwritable_scopes = ALL - managed
