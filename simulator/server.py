"""The simulator as an ASGI application, and as a server in a thread for tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.exchange import Request, error_response
from simulator.gateway import TOKEN_PATH, Gateway
from simulator.injection import Outcome
from simulator.pages import create_pages
from simulator.service import PREFIX
from simulator.storage import Storage
from simulator.world import World

CUT = "simulator.cut"
BODY_LIMIT = 10 * 1024 * 1024
"""Bytes in one POST (fact 1.31)."""
START_SECONDS = 15


class UploadPath(StringConvertor):
    """The path of the XML upload, which Exact knows in any case."""

    regex = r"(?i:docs/xmlupload\.aspx)"


register_url_convertor("upload_path", UploadPath())


class ConnectionCut(Exception):
    """Raised where there is no socket to cut: the application was called directly."""


class Protocol(HttpToolsProtocol):
    """Lets the application cut the connection of a request."""

    def on_message_begin(self) -> None:
        """Note in the scope how this connection is cut."""
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"abort": self.transport.abort}}


def create_app(world: World, storage: Storage | None = None, name: str = "") -> ASGIApp:
    """Return the ASGI application of one world.

    Exact's own paths, and for the rest the pages and the admin API, which answer on loopback and to
    the host `name`.

    Exact's paths skip FastAPI: what one measures must be the link (docs/decisions/0006).
    """
    exact = ExactApi(Gateway(world, storage))
    pages: ASGIApp = create_pages(world, name)
    routes = [
        Mount(PREFIX.rstrip("/"), exact),
        Route(TOKEN_PATH, exact),
        Route("/{path:upload_path}", exact),
        Mount("/", pages if storage is None else SavedAfterwards(pages, world, storage)),
    ]
    return Router(routes, redirect_slashes=False)


class SavedAfterwards:
    """Saves the world after each request that may have changed it."""

    def __init__(self, app: ASGIApp, world: World, storage: Storage) -> None:
        self.app = app
        self.world = world
        self.storage = storage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        if scope.get("method") not in {"GET", "HEAD"}:
            with self.world.lock:
                self.storage.save(self.world)


class ExactApi:
    """Exact's own paths: each request goes through the gateway, and its outcome over the wire."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if not await request.read(BODY_LIMIT):
            await error_response(413, ["Maximum request length exceeded."])(scope, receive, send)
            return
        outcome = self.gateway.respond(request)
        if outcome.wait_seconds:
            await asyncio.sleep(outcome.wait_seconds)
        if outcome.answer is None:
            _cut(scope)
        elif outcome.cut_after is not None:
            await _send_part(outcome, scope, send)
        else:
            await outcome.answer(scope, receive, send)


async def _send_part(outcome: Outcome, scope: Scope, send: Send) -> None:
    assert outcome.answer is not None
    await send(
        {
            "type": "http.response.start",
            "status": outcome.answer.status_code,
            "headers": outcome.answer.raw_headers,
        }
    )
    await send(
        {"type": "http.response.body", "body": outcome.answer.body[: outcome.cut_after], "more_body": True}
    )
    await asyncio.sleep(0.02)  # let the part leave before the connection goes
    _cut(scope)


def _cut(scope: Scope) -> None:
    cut = (scope.get("extensions") or {}).get(CUT)
    if cut is None:
        raise ConnectionCut
    cut["abort"]()


@dataclass(frozen=True)
class Certificate:
    """Files in PEM, for clients that insist on https."""

    chain: Path
    key: Path


def build_server(
    world: World, storage: Storage | None = None, certificate: Certificate | None = None, name: str = ""
) -> uvicorn.Server:
    """Return a server for one world, not yet started."""
    config = uvicorn.Config(
        create_app(world, storage, name),
        http=Protocol,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=0,
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    return uvicorn.Server(config)


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """Return a listening socket, so that the port is ours before the server starts."""
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sets TCP_NODELAY only where this is said
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


@contextmanager
def running(world: World, certificate: Certificate | None = None, port: int = 0) -> Iterator[str]:
    """Serve `world` on loopback for the length of the block; gives its address.

    Port 0 is any free one.
    """
    listener = listen(port)
    instance = build_server(world, certificate=certificate)
    thread = threading.Thread(
        target=instance.run, kwargs={"sockets": [listener]}, name="exact-online-simulator", daemon=True
    )
    thread.start()
    try:
        _wait_until_started(instance, thread)
        yield f"{'https://localhost' if certificate else 'http://127.0.0.1'}:{listener.getsockname()[1]}"
    finally:
        instance.should_exit = instance.force_exit = True
        thread.join(START_SECONDS)
        listener.close()


def _wait_until_started(instance: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 200):
        if instance.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.005)
    raise RuntimeError("The simulator did not start; is something wrong with the loopback interface?")
