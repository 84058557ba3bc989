"""A PostgreSQL for the long fault tests, and a small link's databases for each process that runs
them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.local.postgres import Server, running
from exact_online.migrations import migrate
from tests.link.places import make_reader, place_on
from tests.link.small import Place

TEMPLATE = "ledger_template"


@contextmanager
def server() -> Iterator[Server]:
    """In fast mode, in a temporary folder, with an empty ledger to be copied."""
    with tempfile.TemporaryDirectory(prefix="exact-online-faults-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "postgres", fast=True) as started:
            make_reader(started)
            migrate(started.create_database(TEMPLATE))
            yield started


@contextmanager
def place(folder: Path, name: str) -> Iterator[Place]:
    """Two databases of this process's own on the server in `folder`."""
    with place_on(Server(folder, fast=True), name, TEMPLATE) as made:
        yield made
