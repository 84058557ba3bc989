"""The simulator as an ASGI application, and as a server in a thread for tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.exchange import Answer, Request
from simulator.gateway import Gateway, is_ours
from simulator.injection import Outcome
from simulator.pages import create_pages
from simulator.storage import Storage
from simulator.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CUT = "simulator.cut"
BODY_LIMIT = 10 * 1024 * 1024
"""Bytes in one POST (fact 1.31)."""
START_SECONDS = 15


class ConnectionCut(Exception):
    """Raised where there is no socket to cut: the application was called directly."""


class Protocol(HttpToolsProtocol):
    """Lets the application cut the connection it answers on."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"abort": self.transport.abort}}


def create_app(world: World, storage: Storage | None = None) -> Application:
    """Exact's API and everything around it for one world. Exact's own paths skip the web framework: they are what one measures."""
    gateway = Gateway(world, storage)
    pages = create_pages(world)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_ours(scope["path"]):
            await _serve(gateway, scope, receive, send)
        else:
            await pages(scope, receive, send)
            if storage is not None and scope.get("method") not in {"GET", "HEAD"}:
                with world.lock:
                    storage.save(world)

    return app


async def _serve(gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
    body = await _body(receive)
    if body is None:
        await _send(send, Answer.error(413, ["Maximum request length exceeded."]))
        return
    outcome = gateway.respond(_request(scope, body))
    if outcome.wait_seconds:
        await asyncio.sleep(outcome.wait_seconds)
    if outcome.answer is None:
        _cut(scope)
    elif outcome.cut_after is not None:
        await _send_part(scope, send, outcome)
    else:
        await _send(send, outcome.answer)


async def _body(receive: Receive) -> bytes | None:
    parts, size = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    base = f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}"
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, body, base)


def _start(answer: Answer) -> MutableMapping[str, Any]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _send(send: Send, answer: Answer) -> None:
    await send(_start(answer))
    await send({"type": "http.response.body", "body": answer.body})


async def _send_part(scope: Scope, send: Send, outcome: Outcome) -> None:
    assert outcome.answer is not None
    await send(_start(outcome.answer))
    await send({"type": "http.response.body", "body": outcome.answer.body[: outcome.cut_after], "more_body": True})
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


def server(world: World, storage: Storage | None = None, certificate: Certificate | None = None) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(world, storage),
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
    """A listening socket, so that the port is ours before the server starts."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY only where this is said
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


@contextmanager
def running(world: World, certificate: Certificate | None = None) -> Iterator[str]:
    """Serve `world` on a free port of loopback for the length of the block; gives the base URL."""
    listener = listen()
    instance = server(world, certificate=certificate)
    thread = threading.Thread(target=instance.run, kwargs={"sockets": [listener]}, name="exact-online-simulator", daemon=True)
    thread.start()
    try:
        _wait(instance, thread)
        yield f"{'https://localhost' if certificate else 'http://127.0.0.1'}:{listener.getsockname()[1]}"
    finally:
        instance.should_exit = instance.force_exit = True
        thread.join(START_SECONDS)
        listener.close()


def _wait(instance: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 200):
        if instance.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.005)
    raise RuntimeError("The simulator did not start; is something wrong with the loopback interface?")
