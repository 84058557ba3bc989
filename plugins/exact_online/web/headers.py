"""The headers of every answer of the pages: what a browser may load, frame and keep."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_security_policy(form_targets: str = "") -> str:
    """Return the policy: our own scripts and styles, nothing inline, framed by our own host alone.

    `form_targets` are further hosts that a form of the page may lead to. Browsers hold that rule
    for the redirect after the form as well, so a page that leads to Exact's consent names Exact.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors 'self'; "
        f"form-action 'self' {form_targets}".strip()
    )


HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What an answer gets unless its route has set it."""


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to each answer that lacks them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
