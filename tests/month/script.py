"""The month of Fysiotherapie Noorderlicht, as a bookkeeper would tell it: two lists of events."""

from __future__ import annotations

from tests.month import first_half, second_half

EVENTS = [*first_half.EVENTS, *second_half.EVENTS]
