"""A linked practice whose division is right, to break one setting of."""

from __future__ import annotations

from tests.link.fixtures import link, small_place

__all__ = ["link", "small_place"]
