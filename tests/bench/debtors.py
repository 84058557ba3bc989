"""What a practice's debtors cost in a night: reading them from James, and planning them.

Part of `tests.bench.extract`. A practice of made-up debtors, all of whom are in Exact as James has
them; then a night as it was when all were read and planned, one with nothing new, one in which 20
have moved, and the one of the week that reads all. Of each the seconds, and the processor seconds
of this process, James' server process and the ledger's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dev.local.postgres import Server
from exact_online.extract.debtors import stage_changed_debtors
from exact_online.extract.james import stage_debtors
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.transform.debtors import debtor_rules
from tests.link.places import place_on
from tests.link.small import SmallLink

MOVED = 20
TICKS = os.sysconf("SC_CLK_TCK")
MADE_UP = """
insert into james.debiteur (debiteur_id, praktijk_id, debiteurnummer, soort, naam, voorletters, voornaam,
    achternaam, geslacht, straat, huisnummer, postcode, plaats, land, telefoon, email, betalingsconditie)
select n, 1, n::text, 'Patiënt', 'Naam' || n, 'A.B.', 'Anna', 'Naam' || n, 'V', 'Straat', (n %% 99)::text,
    '9711 AA', 'Groningen', 'NL', '050-' || n, 'n' || n || '@voorbeeld.nl', '14D'
from generate_series(1, %(debtors)s) as n
"""
BOOKED = """
insert into relation (practice, debtor_number, exact_id)
select practice, debtor_number, gen_random_uuid() from booking where kind = 'debtor' on conflict do nothing;
update booking set state = 'booked', attempt = 1, exact_id = gen_random_uuid(), booked_at = now()
where kind = 'debtor';
"""


@dataclass(frozen=True)
class DebtorCost:
    """Of reading and planning."""

    seconds: float
    here: float
    """Processor seconds of this process."""
    james: float
    ledger: float
    read: int
    """Debtors that were staged."""


def nights_of_debtors(server: Server, debtors: int, template: str) -> dict[str, DebtorCost]:
    """Return the cost of each kind of night for a practice of so many debtors."""
    with place_on(server, f"debtors_{debtors}", template, plan_once=False) as place:
        link = SmallLink(place)
        try:
            place.james_owner.execute(MADE_UP, {"debtors": debtors})
            place.james_owner.execute("vacuum analyze")
            link.opened()
            link.plan()
            place.owner.execute("set session_replication_role = replica")
            place.owner.execute(BOOKED)
            place.owner.execute("vacuum analyze")
            found = {"before": _measured(link, _read_all)}
            link.plan()  # the first that reads by groups after it
            found["nothing new"] = _measured(link, _read_changed)
            place.james_owner.execute(
                "update james.debiteur set straat = 'Nieuw' where debiteur_id <= %s", [MOVED]
            )
            found[f"{MOVED} moved"] = _measured(link, _read_changed)
            place.owner.execute(BOOKED)
            found["all, once a week"] = _measured(link, partial(_read_changed, in_full=True))
        finally:
            link.die()
    return found


def _read_all(link: SmallLink, night: Night) -> int:
    return stage_debtors(link.james_reader, night.ledger.staging, night.run.run_id, night.practice.code)


def _read_changed(link: SmallLink, night: Night, *, in_full: bool = False) -> int:
    rules = debtor_rules(night.settings, night.lists).digest
    return stage_changed_debtors(link.james_reader, night.ledger, night.run, rules, in_full=in_full).debtors


def _measured(link: SmallLink, read: Callable[[SmallLink, Night], int]) -> DebtorCost:
    night = link.opened()
    pids = link.james_reader.info.backend_pid, link.ledger.conn.info.backend_pid
    before = [processor_seconds(pid) for pid in pids]
    own, began = time.process_time(), time.perf_counter()
    count = read(link, night)
    steps.plan_debtors(night)
    seconds, here = time.perf_counter() - began, time.process_time() - own
    used = [processor_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
    return DebtorCost(seconds, here, *used, count)


def processor_seconds(pid: int) -> float:
    """Return the processor seconds of a process, its own and the system's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
