"""Files that may be larger than a form: their own bound, and read only for who has the right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

AUDITFILE = "/auditfile"
"""How the address ends to which an auditfile is sent."""
MAX_AUDITFILE_BYTES = 768 * 1024 * 1024
"""A million lines of XAF 3.2 are some 370 MB, and a tenth of that in a ZIP."""


class BodyLimit:
    """Bounds the body of a request: by how its address ends, else as all others."""

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[str, int]) -> None:
        self._larger = {
            ending: RequestBodyLimitMiddleware(app, max_body_size=size) for ending, size in larger.items()
        }
        self._usual = RequestBodyLimitMiddleware(app, max_body_size=most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through to where its body is counted."""
        path = scope.get("path", "").rstrip("/")
        bounded = next((app for ending, app in self._larger.items() if path.endswith(ending)), self._usual)
        await bounded(scope, receive, send)


async def sent_file(request: Request) -> AsyncIterator[UploadFile | None]:
    """Give the file of a form, which lies on disk when it is large; None when none was chosen.

    FastAPI reads the body of a `File` before any dependency runs; this runs after the guard of the
    app, so nothing is read of who has no right.
    """
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("file")
        yield file if isinstance(file, UploadFile) and file.filename else None


SentFile = Annotated[UploadFile | None, Depends(sent_file)]
