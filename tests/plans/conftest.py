"""Fixtures for plans: a small link's too, to know which statements a night runs."""

from tests.link.fixtures import link, small_place

__all__ = ["link", "small_place"]
