"""Amounts in whole cents; floats exist only in rows."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from simulator.messages import invalid
from simulator.rejections import content_rejection

LARGEST = 10**15
"""Cents."""


def cents(amount: float | None) -> int:
    """Return an amount in cents, rounded half away from zero.

    Rejection when it is too large to be one.
    """
    if not amount:
        return 0
    if abs(amount) > LARGEST / 100:
        raise content_rejection(invalid("AmountFC"))
    return int((Decimal(repr(float(amount))) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def euros(amount: int) -> float:
    """Return an amount in euros."""
    return amount / 100


def share(amount: int, fraction: float) -> int:
    """Return `fraction` of an amount in cents, rounded half away from zero."""
    return int((amount * Decimal(repr(fraction))).quantize(Decimal(1), ROUND_HALF_UP))


def net_of(gross: int, fraction: float) -> int:
    """Return `gross` cents without VAT of `fraction`, rounded half away from zero."""
    return int((gross / (1 + Decimal(repr(fraction)))).quantize(Decimal(1), ROUND_HALF_UP))
