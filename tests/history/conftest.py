"""The small link."""

from tests.link.fixtures import link, small_place

__all__ = ["link", "small_place"]
