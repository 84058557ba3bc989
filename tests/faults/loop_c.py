"""Sets the stage of Loop C.

A cluster, a James with many invoices, a simulator that answers over HTTP.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dev.local.postgres import Server, start_attached
from exact_online.migrations import migrate
from simulator.server import running
from tests.faults.neighbour import move_in_beside
from tests.faults.processes import Cluster, Mayhem
from tests.link.places import make_reader, place_on
from tests.link.small import SmallLink, seeded_world

TEMPLATE = "ledger_template"
DEBTORS = 12


@dataclass(frozen=True)
class LoopC:
    violations: list[str]
    done: Counter[str]
    """What was done to the workers and the server, how often."""


def loop_c(
    folder: Path, chance: random.Random, *, kills: int, invoices: int, until: float = float("inf")
) -> LoopC:
    """One night of `invoices` that is killed `kills` times."""
    server = Server(folder.resolve() / "postgres", fast=True)
    cluster = Cluster(server, start_attached(server))
    try:
        make_reader(server)
        migrate(server.create_database(TEMPLATE))
        with place_on(server, "loop_c", TEMPLATE) as place:
            world = seeded_world()
            world.clock.set(dt.datetime.now(dt.UTC))
            world.clock.run()
            with running(world) as url:
                link = SmallLink(place, world=world, url=url)
                move_in_beside(link)
                write(link, invoices)
                mayhem = Mayhem(link, cluster, chance, kills, until)
                found = mayhem.run()
                link.die()
                return LoopC(found, mayhem.done)
    finally:
        cluster.process.stop()


def write(link: SmallLink, invoices: int) -> None:
    """A month of a practice: patients and institutions, most by sales entry, every fifth by PIN."""
    for number in range(DEBTORS):
        link.james.debtor(str(1001 + number), kind="Patiënt" if number % 3 else "Instelling")
    for number in range(invoices):
        condition = "PIN" if number % 5 == 0 else "14D"
        link.james.invoice(
            2600001 + number,
            str(1001 + number % DEBTORS),
            (1000 + number, 21 if number % 2 else 0, "tariff"),
            condition=condition,
        )
