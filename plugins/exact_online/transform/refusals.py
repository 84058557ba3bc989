"""One reason per record: the first in a fixed order, whatever the order in which the checks run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from exact_online.reasons import Reason

Mask = npt.NDArray[np.bool_]

INVOICE_ORDER = (
    Reason.DUPLICATE_IN_SOURCE,
    Reason.INVOICE_KIND_UNKNOWN,
    Reason.INVOICE_NUMBER_MISSING,
    Reason.INVOICE_NUMBER_NOT_BOOKABLE,
    Reason.CLAIM_NUMBER_MISSING,
    Reason.CLAIM_NUMBER_NOT_BOOKABLE,
    Reason.DEBTOR_NUMBER_MISSING,
    Reason.DEBTOR_NUMBER_NOT_BOOKABLE,
    Reason.DEBTOR_KIND_UNKNOWN,
    Reason.PAYMENT_CONDITION_UNKNOWN,
    Reason.CURRENCY_NOT_EURO,
    Reason.INVOICE_DATE_MISSING,
    Reason.DATE_OUT_OF_RANGE,
    Reason.TOTAL_NOT_IN_CENTS,
    Reason.NO_LINES,
    Reason.LINE_AMOUNT_NOT_IN_CENTS,
    Reason.AMOUNT_OUT_OF_RANGE,
    Reason.PROFESSION_MISSING,
    Reason.ITEM_ORIGIN_UNKNOWN,
    Reason.VAT_RATE_UNKNOWN,
    Reason.TOTAL_MISMATCH,
    Reason.PERIOD_MISSING,
)
"""What James says comes first, then the period table; after these come the checks of preflight.py: first the payment condition's, then
those of the revenue cells."""

CONDITION_REFUSED = len(INVOICE_ORDER)
CELL_REFUSED = CONDITION_REFUSED + 1
NOT_REFUSED = CELL_REFUSED + 1

RANK = {reason: place for place, reason in enumerate(INVOICE_ORDER)}


class Ranks:
    """The rank of the first reason found so far, for each of `count` records."""

    def __init__(self, count: int) -> None:
        self.ranks = np.full(count, NOT_REFUSED, dtype=np.int64)

    def refuse(self, where: Mask, rank: int) -> None:
        """Give these records this reason, unless they have an earlier one."""
        self.ranks[where & (self.ranks > rank)] = rank

    @property
    def accepted(self) -> Mask:
        return np.equal(self.ranks, NOT_REFUSED)
