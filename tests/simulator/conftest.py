from __future__ import annotations

import pytest

from simulator import World
from tests.simulator.books import Client, new_world


@pytest.fixture
def world() -> World:
    """With limits off: most tests ask about something else."""
    world = new_world()
    world.limits.off()
    return world


@pytest.fixture
def exact(world: World) -> Client:
    return Client(world)
