"""Short names of what codes stand for, as tables show them; translated where they are shown."""

from __future__ import annotations

from exact_online.vocabulary import BookingState, Cause, RevenueGroup, VatRate
from exact_online.web.language import translatable

GROUPS: dict[str, str] = {
    RevenueGroup.INSURERS: translatable("insurers"),
    RevenueGroup.PATIENTS: translatable("patients"),
    RevenueGroup.INSTITUTIONS: translatable("institutions"),
    RevenueGroup.ARTICLES: translatable("articles"),
}
RATES: dict[str, str] = {
    VatRate.ZERO: translatable("no VAT"),
    VatRate.LOW: translatable("low VAT"),
    VatRate.HIGH: translatable("high VAT"),
}
STATES: dict[str, str] = {
    BookingState.PLANNED: translatable("not sent yet"),
    BookingState.SENDING: translatable("being sent"),
    BookingState.DOUBTFUL: translatable("answer of Exact lost"),
    BookingState.HELD: translatable("waits"),
    BookingState.REJECTED: translatable("rejected"),
    BookingState.CLOSED: translatable("will not be booked"),
    BookingState.BOOKED: translatable("booked"),
    BookingState.EXPORTED: translatable("handed over"),
}
CAUSES: dict[str, str] = {
    Cause.NOT_YET_DUE: translatable("not booked yet"),
    Cause.HELD: translatable("waits"),
    Cause.REJECTED: translatable("rejected"),
    Cause.CLOSED: translatable("will not be booked, on a person's word"),
    Cause.HANDED_OVER: translatable("handed over, not imported yet"),
    Cause.HANDED_OVER_OTHERWISE: translatable("imported otherwise than handed over"),
    Cause.CHANGED_IN_JAMES: translatable("changed in James after booking"),
    Cause.GONE_FROM_JAMES: translatable("gone from James after booking"),
    Cause.CHANGED_IN_EXACT: translatable("changed in Exact by hand"),
    Cause.REMOVED_IN_EXACT: translatable("removed in Exact"),
    Cause.OTHER_ENTRY_NUMBER: translatable("another entry number in Exact"),
    Cause.ENTERED_TWICE: translatable("entered twice in Exact"),
    Cause.ENTERED_BY_HAND: translatable("entered by hand in Exact"),
    Cause.SETTLES_LATE: translatable("booked just now, not among Exact's lines yet"),
    Cause.UNEXPLAINED: translatable("unexplained: an alarm"),
}
