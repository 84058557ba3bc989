"""B6: what history costs in calls in uploads, counted by the simulator.

`python -m tests.bench.uploads` measures 50,000 invoices.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.link.small import SmallLink
from tests.load.test_uploads import history

AIM_INVOICES, AIM_CALLS = 50_000, 700
INVOICES = 2_000


@dataclass(frozen=True)
class Calls:
    """Of an import, those about debtors apart, and of the night after it."""

    uploads: int
    """The check among them."""
    reads: int
    """That read lines of what was uploaded."""
    once: int
    """That a run makes whatever it has to book."""
    mirror: int
    """By which the night after it reads the lines that it has not seen."""

    @property
    def every(self) -> int:
        return self.uploads + self.reads + self.once + self.mirror


def counted(link: SmallLink, invoices: int) -> Calls:
    """Import so many older invoices of four lines, and walk the night after. What is not booked
    then is a failure.
    """
    link.setting(bulk=True)
    link.night()
    before = len(link.world.log)
    link.reconciles = False
    history(link, invoices)
    assert link.night(backfill="import").items == []
    states = Counter(state for key, state in link.states().items() if key.startswith("factuur:"))
    assert states == {"booked": invoices}
    made = Counter(call.endpoint for call in list(link.world.log)[before:])
    before = len(link.world.log)
    link.reconciles = True
    link.night(backfill="nothing")
    mirror = [call for call in list(link.world.log)[before:] if call.endpoint.endswith("TransactionLines")]
    uploads, reads = made.pop("docs/XMLUpload"), made.pop("bulk/Financial/TransactionLines")
    once = sum(times for endpoint, times in made.items() if not endpoint.startswith("crm/"))
    return Calls(uploads, reads, once, len(mirror))


@pytest.mark.timeout(600)
def test_two_thousand_invoices_take_29_calls_so_that_fifty_thousand_fit_in_700(link: SmallLink) -> None:
    """Uploads, reads and mirror grow with the invoices; so the sum is more than 50,000 would take:
    a check, and a small first upload, are made once a run.
    """
    calls = counted(link, INVOICES)
    assert calls == Calls(uploads=7, reads=10, once=12, mirror=9)
    growing = calls.every - calls.once
    assert calls.once + growing * AIM_INVOICES // INVOICES <= AIM_CALLS
