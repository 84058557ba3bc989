"""Loop A: kill a reference night at each of its crash points, start it again until it is at rest,
and look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from exact_online.crash_points import watch_crash_points
from tests.faults.invariants import violations, violations_at_rest
from tests.faults.neighbour import move_in_beside
from tests.link.small import Place, SmallLink

NIGHT = "the night"


class SimulatedCrash(BaseException):
    """The process is gone: nobody may catch this."""


def reference_link(place: Place) -> SmallLink:
    """A patient with a contact, one who pays by direct debit, two sales entries, a credit, a PIN
    entry, a rejection, a claim held back.
    """
    link = SmallLink(place)
    move_in_beside(link)
    james = link.james
    james.debtor("1001", condition="INCASSO", iban="NL91ABNA0417164300")
    james.debtor("1002", kind="Instelling")
    james.invoice(2600001, "1001", (3500, 0, "tariff"), (1000, 21, "article"))
    james.invoice(2600002, "1002", (1210, 21, "tariff"))
    james.invoice(2600003, "1001", (-3500, 0, "tariff"), credits=2600001)
    james.invoice(2600004, "1001", (999, 9, "article"), condition="PIN")
    james.conn.execute(
        "insert into james.factuur select 2600009, praktijk_id, debiteur_id, '2600009', status,"
        " aangemaakt_op, gefactureerd_op, betalingsconditie, valuta, 0"
        " from james.factuur where factuur_id = 2600001"
    )
    return link


def points_of(walk: Callable[[], object]) -> list[str]:
    """The crash points that `walk` reaches, in order."""
    reached: list[str] = []
    with _watching(reached.append):
        walk()
    return reached


def effects_of(points: list[str]) -> list[int]:
    """The places in `points` worth a crash: after each effect.

    Before the next effect nothing has changed, so that is the same place.
    """
    return [place for place, name in enumerate(points) if "before " not in name and "after GET" not in name]


def distinct_deaths(points: list[str], effects: list[int]) -> list[int]:
    """Return the places at which a death leaves something that no other death in `effects` leaves.

    A death within a transaction rolls all of it back, whichever of its statements came last. So
    one death stands for all of them: the last, when everything is written and nothing committed.
    """
    return sorted({last_of_transaction(points, place) for place in effects})


def last_of_transaction(points: list[str], place: int) -> int:
    """Return the last effect of the transaction that `place` is in, or `place` itself outside one.

    An effect outside the database, which a rollback leaves, is always its own place.
    """
    inside, comma, _ = points[place].partition(", ")
    if not comma or _is_call(points[place]):
        return place
    last = place
    for later in range(place + 1, len(points)):
        if not points[later].startswith(f"{inside}, ") or _is_call(points[later]):
            break
        if "after " in points[later]:
            last = later
    return last


def _is_call(point: str) -> bool:
    return any(f"{method} " in point for method in ("POST", "PUT", "DELETE"))


@contextmanager
def dying_at(place: int) -> Iterator[list[str]]:
    """The process dies at its crash point number `place`.

    Gives the name of the point, once it came to that.
    """
    left, died_at = place, []

    def reach(name: str) -> None:
        nonlocal left
        if left == 0:
            died_at.append(name)
            raise SimulatedCrash(name)
        left -= 1

    with _watching(reach):
        yield died_at


@contextmanager
def stalling_at(
    place: int, meanwhile: Callable[[], object], *, in_transaction: bool = True
) -> Iterator[None]:
    """The process stands still at its crash point number `place`, and `meanwhile` happens.

    `in_transaction` False puts that off until a transaction is over: `meanwhile` runs in the same
    thread, and would wait for ever for what is locked there. Two processes that meet within one are
    Loop C's.
    """
    left = place

    def reach(name: str) -> None:
        nonlocal left
        left -= 1
        if left < 0 and (in_transaction or not name.startswith("within ")):
            watch_crash_points(None)
            meanwhile()

    with _watching(reach):
        yield


@contextmanager
def _watching(on_reach: Callable[[str], None]) -> Iterator[None]:
    watch_crash_points(on_reach)
    try:
        yield
    finally:
        watch_crash_points(None)


def crashed_night(link: SmallLink, place: int) -> str | None:
    """A night that dies at a crash point; where, or None when it ended before it came that far."""
    with dying_at(place) as died_at, suppress(SimulatedCrash):
        link.night(NIGHT)
    if not died_at:
        return None
    link.die()
    return died_at[0]


def survive(place: Place, *crashes: int) -> list[str]:
    """The reference night with these crashes, one after the other, then restarts until at rest.

    What is wrong.
    """
    link = reference_link(place)
    try:
        wrong: list[str] = []
        for crash in crashes:
            crashed_night(link, crash)
            wrong += violations(link)
        link.night(NIGHT)
        return wrong + violations_at_rest(link)
    finally:
        link.die()
