"""A total time for a call, from the name of the host to the last byte of the answer.

Time-outs of sockets are per read, so a server that sends a byte a minute could keep a call alive
for hours, already in its headers. Here a watch shuts the connection down when the time is over;
whatever waits on it then ends at once, with an error of its own.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakMethod, WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class TimedAdapter(HTTPAdapter):
    """Makes connections that can be cut from another thread. For one call at a time."""

    def __init__(self) -> None:
        self._connections: WeakSet[Any] = WeakSet()
        self._is_over = False
        self._watch = _Watch(self._cut)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pool manager of direct connections."""
        super().init_poolmanager(*args, **options)
        self._make_cuttable(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Return the pool manager of connections over a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        self._make_cuttable(manager)
        return manager

    @contextlib.contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Cut the connection when what happens inside takes longer."""
        self._is_over = False
        self._watch.begin(seconds)
        try:
            yield
        finally:
            self._watch.end()

    def connected(self, connection: Any, sock: socket.socket) -> None:
        """Take note of a new connection; cut it when the time is over already.

        The file descriptor is copied: TLS takes the first one away while hands are shaken.
        """
        connection.cuttable = socket.socket(fileno=os.dup(sock.fileno()))
        self._connections.add(connection)
        if self._is_over:
            self._cut()

    def _cut(self) -> None:
        self._is_over = True
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.cuttable.shutdown(socket.SHUT_RDWR)

    def _make_cuttable(self, manager: PoolManager) -> None:
        """Let the manager make connections that tell this adapter of their sockets."""
        plain, secure = _cuttable(HTTPConnection, self), _cuttable(HTTPSConnection, self)
        manager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _Watch:
    """Acts from a thread when the time that was begun last is over before it was ended.

    One thread serves many calls, which are most of them over long before their time: it sleeps
    until the time of the call that it was started for, and goes when none runs by then. To start
    one for each call costs a tenth of what the call costs this process.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = WeakMethod(act)
        self._changed = threading.Condition()
        self._until: float | None = None
        """Of the call that runs (`time.monotonic`)."""
        self._wakes: float | None = None
        """When the thread looks next; None while there is none."""

    def begin(self, seconds: float) -> None:
        with self._changed:
            self._until = time.monotonic() + seconds
            if self._wakes is None:
                self._wakes = self._until
                threading.Thread(target=self._wait, daemon=True).start()
            elif self._until < self._wakes:
                self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self._until = None

    def _wait(self) -> None:
        with self._changed:
            while self._until is not None:
                left = self._until - time.monotonic()
                if left <= 0:
                    self._until = None
                    if act := self._act():
                        act()
                else:
                    self._wakes = self._until
                    self._changed.wait(left)
            self._wakes = None


def new_session() -> requests.Session:
    """Return a session whose calls have a total time (`time_limit`)."""
    session = requests.Session()
    session.mount("https://", TimedAdapter())
    session.mount("http://", TimedAdapter())
    return session


def time_limit(
    session: requests.Session, url: str, seconds: float
) -> contextlib.AbstractContextManager[None]:
    """Cut the call to `url` that happens inside when it takes longer than `seconds`.

    Does nothing for a session that is not from `new_session`.
    """
    adapter = session.get_adapter(url)
    return adapter.time_limit(seconds) if isinstance(adapter, TimedAdapter) else contextlib.nullcontext()


def _cuttable(base: Any, adapter: TimedAdapter) -> Any:
    """A class of connections that tell `adapter` of their sockets."""

    class Cuttable(base):  # type: ignore[misc]
        cuttable: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            sock: socket.socket = super()._new_conn()
            adapter.connected(self, sock)
            return sock

        def close(self) -> None:
            super().close()
            if self.cuttable is not None:
                self.cuttable.close()
                self.cuttable = None

    return Cuttable
