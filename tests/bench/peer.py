"""The PyPI package ``exactonline``, as the bench of the loader runs it: in this very process.

It is installed into a folder for the call alone, as tests/simulator/test_public_client.py installs
it into an environment: it is the link's neighbour, and nothing of the link needs it.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGE = "exactonline==0.4.0"
YEARS = 10**9
"""Seconds from now until the token is called old: the package asks for no other meanwhile."""


def install(folder: Path) -> None:
    """Install the package into `folder` and let this process import it from there."""
    command = [sys.executable, "-m", "uv", "--quiet", "pip", "install", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, PACKAGE], check=True, timeout=240)
    sys.path.append(str(folder))


def seconds(exact_url: str, division: int, token: str, entries: Sequence[dict[str, Any]]) -> float:
    """Make sales entries one after the other, and return the seconds that took.

    Raises the package's HTTPError for an entry that Exact does not take.
    """
    base = importlib.import_module("exactonline.storage.base").ExactOnlineConfig
    api = importlib.import_module("exactonline.api").ExactApi(storage=_in_memory(base))
    for (section, option), value in {
        ("server", "rest_url"): f"{exact_url}/api",
        ("transient", "division"): str(division),
        ("transient", "access_token"): token,
        ("transient", "access_expiry"): str(int(time.time()) + YEARS),
    }.items():
        api.storage.set(section, option, value)
    began = time.perf_counter()
    for entry in entries:
        made = api.invoices.create(entry)
        assert made["EntryID"]
    return time.perf_counter() - began


def _in_memory(base: Any) -> Any:
    """A store of the package's settings that keeps them in memory: nothing is faster."""
    kept: dict[tuple[str, str], str] = {}

    class InMemory(base):  # type: ignore[misc]
        def get(self, section: str, option: str) -> str:
            if (section, option) not in kept:
                raise importlib.import_module("exactonline.storage.base").MissingSetting
            return kept[section, option]

        def set(self, section: str, option: str, value: str) -> None:
            kept[section, option] = value

    return InMemory()
