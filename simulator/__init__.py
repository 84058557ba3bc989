"""A strict, stateful Exact Online on loopback: see docs/simulator.md.

from simulator import World, running

with running(World.from_seed(document)) as url:
    ...
"""

from __future__ import annotations

from simulator.server import create_app, running
from simulator.world import World

__all__ = ["World", "create_app", "running"]
