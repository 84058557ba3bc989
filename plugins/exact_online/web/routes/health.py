"""Whether the link works, for a monitor with an account: counts alone (docs/metrics.md)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from exact_online.web.access import Right, needs
from exact_online.web.health import keeper

router = APIRouter()


@router.get("/health")
@needs(Right.LOOK)
def how_it_is() -> JSONResponse:
    """Answer 200 or 503, with the state and the counts it is made of."""
    found = keeper.health()
    return JSONResponse(found.to_json(), 200 if found.is_up else 503)
