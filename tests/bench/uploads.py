"""What an import of history in uploads costs in calls, seconds and memory, against the simulator.

    python -m tests.bench.uploads [INVOICES]

50,000 invoices of four lines take some minutes. The calls are counted by the simulator, debtors
apart; the seconds and the memory are those of one process that is link, Exact and James' writer.
"""

from __future__ import annotations

import logging
import resource
import sys
import time

from tests.faults.long.places import place, server
from tests.link.small import SmallLink
from tests.load.test_upload_calls import AIM_CALLS, AIM_INVOICES, counted


def main() -> None:
    """Print the figures; status 1 when the aim is missed."""
    invoices = int(sys.argv[1]) if len(sys.argv) > 1 else AIM_INVOICES
    logging.disable(logging.WARNING)
    with server() as started, place(started.folder, "uploads") as here:
        link = SmallLink(here)
        began = time.monotonic()
        calls = counted(link, invoices)
        seconds = time.monotonic() - began
        link.die()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{invoices:,} invoices: {calls.every} calls, {seconds:,.0f} s, {memory:,.0f} MB")
    print(f"  uploads {calls.uploads}, reads {calls.reads}, once {calls.once}, mirror {calls.mirror}")
    sys.exit(invoices >= AIM_INVOICES and calls.every > AIM_CALLS)


if __name__ == "__main__":
    main()
