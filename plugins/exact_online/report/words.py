"""How people read the state of a booking and the cause of a difference, in a table."""

from __future__ import annotations

from exact_online.transform.words import Words
from exact_online.vocabulary import BookingState, Cause

STATE_WORDS: dict[str, Words] = {
    BookingState.PLANNED: ("nog niet verstuurd", "not sent yet"),
    BookingState.SENDING: ("wordt verstuurd", "being sent"),
    BookingState.DOUBTFUL: ("antwoord van Exact verloren", "answer of Exact lost"),
    BookingState.HELD: ("wacht", "waits"),
    BookingState.REJECTED: ("geweigerd", "rejected"),
    BookingState.CLOSED: ("wordt niet geboekt", "will not be booked"),
    BookingState.BOOKED: ("geboekt", "booked"),
    BookingState.EXPORTED: ("overgedragen", "handed over"),
}
CAUSE_WORDS: dict[str, Words] = {
    Cause.NOT_YET_DUE: ("nog niet geboekt", "not booked yet"),
    Cause.HELD: ("wacht", "waits"),
    Cause.REJECTED: ("geweigerd", "rejected"),
    Cause.CLOSED: ("wordt op iemands woord niet geboekt", "will not be booked, on a person's word"),
    Cause.HANDED_OVER: ("overgedragen, nog niet geïmporteerd", "handed over, not imported yet"),
    Cause.HANDED_OVER_OTHERWISE: (
        "anders geïmporteerd dan overgedragen",
        "imported otherwise than handed over",
    ),
    Cause.CHANGED_IN_JAMES: ("na boeking in James gewijzigd", "changed in James after booking"),
    Cause.GONE_FROM_JAMES: ("na boeking uit James verdwenen", "gone from James after booking"),
    Cause.MADE_OTHERWISE: (
        "kreeg in Exact een ander totaal dan verstuurd",
        "got another total in Exact than was sent",
    ),
    Cause.CHANGED_IN_EXACT: ("in Exact met de hand gewijzigd", "changed in Exact by hand"),
    Cause.REMOVED_IN_EXACT: ("in Exact verwijderd", "removed in Exact"),
    Cause.OTHER_ENTRY_NUMBER: ("ander boekstuknummer in Exact", "another entry number in Exact"),
    Cause.ENTERED_TWICE: ("dubbel ingevoerd in Exact", "entered twice in Exact"),
    Cause.ENTERED_BY_HAND: ("met de hand ingevoerd in Exact", "entered by hand in Exact"),
    Cause.SETTLES_LATE: (
        "zojuist geboekt, nog niet tussen de regels van Exact",
        "booked just now, not among Exact's lines yet",
    ),
    Cause.UNEXPLAINED: ("onverklaard: meld dit bij James Support", "unexplained: tell James Support"),
}
