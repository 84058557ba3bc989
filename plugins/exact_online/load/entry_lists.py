"""What Exact has of many bookings at once: read by their numbers, compared each by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from exact_online.api.entry_reads import entries_of_days, entries_with_numbers
from exact_online.api.lookups import ExactEntry
from exact_online.ledger import Booking
from exact_online.load.entries import stands_for
from exact_online.load.session import LoadSession

FEW = 5
"""So many are looked up one by one: reading a list would cost more calls."""
WIDEST_GAP = 250
"""Numbers farther apart are read in two lists: what stands between them is read as well."""

Found = Mapping[int, Sequence[ExactEntry]]
"""Booking id to what Exact has under its number, or stands for it under another."""


def read_by_number(load: LoadSession, bookings: Sequence[Booking]) -> Found:
    """Return what Exact has under the numbers of bookings; an empty list for one that it lacks.

    What has another number is not among it. Raises as reading does.
    """
    found: dict[int, list[ExactEntry]] = {}
    for (journal, year), group in _by_journal(bookings):
        for near in _near(group):
            first, last = _number(near[0]), _number(near[-1])
            entries = entries_with_numbers(load.exact, journal, year, first, last)
            found |= _of_each(load, near, entries)
    return found


def read_by_day(load: LoadSession, bookings: Sequence[Booking]) -> Found:
    """Return what Exact has of bookings on their days, whatever the number. As `read_by_number`."""
    found: dict[int, list[ExactEntry]] = {}
    for (journal, year), group in _by_journal(bookings):
        days = [booking.entry_date for booking in group if booking.entry_date]
        entries = entries_of_days(load.exact, journal, year, min(days), max(days))
        found |= _of_each(load, group, entries)
    return found


def _by_journal(bookings: Iterable[Booking]) -> Iterator[tuple[tuple[str, int], list[Booking]]]:
    groups: dict[tuple[str, int], list[Booking]] = defaultdict(list)
    for booking in bookings:
        groups[str(booking.journal), booking.financial_year or 0].append(booking)
    yield from groups.items()


def _near(group: Iterable[Booking]) -> Iterator[list[Booking]]:
    """Divide bookings, by number, where the numbers lie far apart."""
    near: list[Booking] = []
    for booking in sorted(group, key=_number):
        if near and _number(booking) - _number(near[-1]) > WIDEST_GAP:
            yield near
            near = []
        near.append(booking)
    yield near


def _of_each(
    load: LoadSession, bookings: Sequence[Booking], entries: Iterable[ExactEntry]
) -> dict[int, list[ExactEntry]]:
    """An entry that stands for a booking has its number or its reference."""
    known: dict[int | str, list[ExactEntry]] = defaultdict(list)
    for entry in entries:
        known[entry.entry_number].append(entry)
        known[entry.reference].append(entry)
    return {
        booking.booking_id: [
            entry
            for entry in {
                each.entry_id: each for each in (*known[_number(booking)], *known[booking.reference])
            }.values()
            if stands_for(load, booking, entry)
        ]
        for booking in bookings
    }


def _number(booking: Booking) -> int:
    assert booking.entry_number is not None
    return booking.entry_number
