"""TCP ports on the loopback address.

Between choosing a port and listening on it a program may need a minute. A port that is `reserved`
is chosen by no other stack of the same user meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
_reserved: dict[int, IO[str]] = {}
"""Ports of this process, each with its locked file; the kernel frees them when the process ends."""


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Return whether nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def first_free(preferred: int) -> int:
    """Return ``preferred`` when it is free, otherwise any free port."""
    return preferred if is_free(preferred) else free_port()


def reserved(preferred: int) -> bool:
    """Reserve a port for this process; return whether it is free and nobody else's."""
    if preferred in _reserved:
        return is_free(preferred)
    folder = Path(tempfile.gettempdir()) / f"exact-online-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = (folder / str(preferred)).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    if not is_free(preferred):
        file.close()
        return False
    _reserved[preferred] = file
    return True


def reserved_free_port() -> int:
    """Return a port that nobody listens on, reserved for this process."""
    while not reserved(port := free_port()):
        pass
    return port
