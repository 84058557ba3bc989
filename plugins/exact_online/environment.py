"""What this environment is called, and the one simulator that a demo in containers may name."""

from __future__ import annotations

import os
import re

ENVIRONMENT_VARIABLE = "EXACT_ONLINE_ENVIRONMENT"
"""The environment variable with a name such as *productie*: it tells a copy of a whole disk, whose
server has the same system identifier."""

SIMULATOR_VARIABLE = "EXACT_ONLINE_SIMULATOR_HOST"
"""The host name of the simulator in the network of a demo's containers. It counts in an environment
called `demo` alone, and the ledger of another environment opens no run there (FR-L8)."""

DEMO = "demo"
_ONE_LABEL = re.compile(r"[a-z][a-z0-9-]{0,62}")
"""A name without a dot: a container's, and no server's on the internet."""


def environment_name() -> str:
    """Return the name of this environment, empty when it has none."""
    return os.environ.get(ENVIRONMENT_VARIABLE, "").strip()


def is_demo() -> bool:
    """Return whether this environment calls itself a demo."""
    return environment_name() == DEMO


def is_simulator(host: str) -> bool:
    """Return whether `host` is the simulator of this demo; never outside a demo."""
    named = os.environ.get(SIMULATOR_VARIABLE, "").strip()
    return is_demo() and host == named and _ONE_LABEL.fullmatch(named) is not None
