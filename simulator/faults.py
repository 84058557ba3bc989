"""A plan of faults, addressed by endpoint, n-th call, practice, and text in the request.

world.faults.add("drop_after_commit", endpoint="salesentry/SalesEntries", method="POST", nth=3)
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import Clock

KINDS: dict[str, str] = {
    "drop_before": "De verbinding valt weg voordat er iets is uitgevoerd.",
    "drop_after_commit": "Het verzoek is uitgevoerd, het antwoord komt nooit aan.",
    "slow_commit": "De verbinding valt weg; het verzoek wordt later uitgevoerd "
    "(seconds op de eigen klok, zolang het token leeft).",
    "slow_answer": "Het antwoord laat op zich wachten (wait_seconds, echte tijd).",
    "status": "Een foutstatus zonder uitvoering (status, body, content_type, headers); "
    "met executed=true wel uitgevoerd.",
    "html_page": "Een inlogpagina in plaats van een antwoord (status 200).",
    "redirect": "Doorgestuurd naar een ander adres (location).",
    "truncate": "Uitgevoerd; de JSON breekt halverwege af.",
    "truncate_connection": "Uitgevoerd; de verbinding breekt halverwege het antwoord.",
    "empty_answer": "Uitgevoerd; het antwoord heeft geen inhoud.",
    "answer_without_id": "Uitgevoerd; alle eigenschappen van het antwoord zijn leeg.",
    "answer_of_another": "Uitgevoerd; het antwoord draagt de sleutel van een ander record.",
    "duplicate": "Het verzoek wordt twee keer uitgevoerd; het eerste antwoord komt aan.",
    "stale_read": "Wat dit verzoek schrijft, is pas later te lezen (seconds, op de klok van de simulator).",
    "foreign_next": "De volgende bladzijde staat zogenaamd op een ander adres (location).",
    "revoke_user": "De gebruiker is geblokkeerd (reason) vanaf dit verzoek.",
    "withdraw_consent": "De toestemming van de gebruiker is ingetrokken vanaf dit verzoek.",
    "close_period": "De periode sluit vlak voor dit verzoek (year, period, journal).",
    "delete_relation": "De relatie verdwijnt vlak voor dit verzoek (code).",
    "block_relation": "De relatie wordt geblokkeerd vlak voor dit verzoek (code).",
    "upload_breaks_off": "Een XML-upload: de eerste (count, anders de helft) uitgevoerd, dan status 500.",
    "upload_leaves_out": "Een XML-upload: uitgevoerd; het antwoord noemt er (count, anders de helft) niet.",
    "upload_in_other_order": "Een XML-upload: uitgevoerd; het antwoord noemt ze in een andere volgorde.",
    "call": "Roept een eigen functie aan vlak voor dit verzoek (alleen in hetzelfde proces).",
}
"""Kind -> what it does, in the words of the switchboard."""
_ids = itertools.count(1)


@dataclass
class Fault:
    """One planned fault: its kind, the calls it is for, and its settings."""

    kind: str
    endpoint: str = "*"
    """``salesentry/SalesEntries``, ``oauth2/token``, ``docs/XMLUpload``, or ``*``."""
    method: str | None = None
    nth: int = 1
    """Strikes at the n-th matching call from now."""
    times: int | None = 1
    """How many matching calls in a row it strikes; None = for ever."""
    division: int | None = None
    practice: str | None = None
    containing: str | None = None
    """Text that the body or the query must hold, such as a reference."""
    probability: float = 1.0
    settings: dict[str, Any] = field(default_factory=dict)
    id: int = field(default_factory=lambda: next(_ids))
    seen: int = 0
    hits: int = 0

    @property
    def spent(self) -> bool:
        """Return whether it has struck as often as it may."""
        return self.times is not None and self.hits >= self.times

    def matches(self, call: CallAddress) -> bool:
        """Return whether it is planned for this call."""
        return (
            self.endpoint.lower() in {"*", call.endpoint.lower()}
            and self.method in {None, call.method}
            and self.division in {None, call.division}
            and self.practice in {None, call.practice}
            and (self.containing is None or self.containing in call.text)
        )


@dataclass(frozen=True)
class CallAddress:
    """The parts of a call by which a fault can be planned for it."""

    endpoint: str
    method: str
    division: int | None
    practice: str | None
    text: str


class Faults:
    """The plan of faults, and what they have postponed."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self.plan: list[Fault] = []
        self._late: list[tuple[float, Callable[[], object]]] = []

    def add(self, kind: str, **address_and_settings: Any) -> Fault:
        """Plan a fault and return it; what is no part of its address is a setting of its kind.

        ValueError when there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}. Choose one of: {', '.join(KINDS)}.")
        known = {
            name: address_and_settings.pop(name) for name in list(address_and_settings) if name in _ADDRESS
        }
        fault = Fault(kind, settings=address_and_settings, **known)
        self.plan.append(fault)
        return fault

    def seed(self, number: int) -> None:
        """Make faults with a probability repeat themselves from here."""
        self._chance.seed(number)

    def clear(self) -> None:
        """Remove all faults; what was postponed is still carried out."""
        self.plan.clear()

    def remove(self, fault_id: int) -> bool:
        """Remove one fault; return whether it was there."""
        before = len(self.plan)
        self.plan = [fault for fault in self.plan if fault.id != fault_id]
        return len(self.plan) < before

    def fault_for(self, call: CallAddress) -> Fault | None:
        """Return the fault that strikes this call, or None.

        Each fault planned for the call counts it.
        """
        struck = None
        for fault in self.plan:
            if fault.spent or not fault.matches(call):
                continue
            fault.seen += 1
            if (
                struck is None
                and fault.seen >= fault.nth
                and (fault.probability >= 1 or self._chance.random() < fault.probability)
            ):
                fault.hits += 1
                struck = fault
        return struck

    def postpone(self, seconds: float, act: Callable[[], object]) -> None:
        """Carry out `act` when the clock has passed so many seconds."""
        self._late.append((self._clock.seconds() + seconds, act))

    def land(self, *, everything: bool = False) -> int:
        """Carry out what is due, each act as if it were its own time.

        Return how many acts that were.
        """
        now = self._clock.seconds()
        due = [(at, act) for at, act in self._late if everything or at <= now]
        self._late = [(at, act) for at, act in self._late if not everything and at > now]
        for at, act in due:
            with self._clock.fixed_at(at):
                act()
        return len(due)


_ADDRESS = {"endpoint", "method", "nth", "times", "division", "practice", "containing", "probability"}
