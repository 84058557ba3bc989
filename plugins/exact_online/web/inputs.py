"""What routes ask for beside the ledger: the fields of a sent form, and the time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from exact_online.clock import Clock, SystemClock


async def sent_fields(request: Request) -> dict[str, str]:
    """Return the texts of a sent form; of a field that was sent twice the last one."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def page_clock() -> Clock:
    """Return the clock of the machine; tests put their own in its place."""
    return SystemClock()


Sent = Annotated[dict[str, str], Depends(sent_fields)]
PageClock = Annotated[Clock, Depends(page_clock)]
