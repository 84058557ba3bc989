"""The two databases of a small link."""

from tests.link.fixtures import small_place

__all__ = ["small_place"]
