"""A strict, stateful Exact Online on loopback: see docs/simulator.md.

from simulator import running, world_from_seed

with running(world_from_seed(document)) as url:
    ...
"""

from __future__ import annotations

from simulator.seed import world_from_seed
from simulator.server import create_app, running
from simulator.world import World

__all__ = ["World", "create_app", "running", "world_from_seed"]
