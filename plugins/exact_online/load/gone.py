"""What was removed in Exact is forgotten here, so that the next plan makes it again (FR-F6).

``sync/Deleted`` tells of most removals before anything is sent. What it does not tell shows when
Exact does not know the relation any more: then the relation itself is asked for.
"""

from __future__ import annotations

import logging

from exact_online.ledger import Booking
from exact_online.load.debtor_parts import ACCOUNTS
from exact_online.load.session import LoadSession

log = logging.getLogger(__name__)


def forget_if_gone(load: LoadSession, booking: Booking) -> None:
    """Forget the relation of a booking that Exact rejects as gone, when Exact has it no more.

    Its debtor is made again with the next plan, and the booking tried again. Where Exact shows the
    relation all the same, nothing changes. Raises as reading does.
    """
    if booking.relation_id is None:
        return
    if load.exact.get_one(ACCOUNTS, ("ID",), key=booking.relation_id) is None:
        load.ledger.relations.forget(booking)
        log.warning("Removed in Exact, to be made again: debtor %s.", booking.debtor_number)
