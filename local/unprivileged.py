"""PostgreSQL refuses to run as root: how root starts it all the same, without installing or configuring anything."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from local.failures import CannotRun

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """Who runs the server: words before the command, and the user id that owns its files."""

    prefix: tuple[str, ...]
    owner: int


@cache
def server_account() -> Account:
    """Ourselves; as root a namespace in which we look like nobody, or else the account nobody. CannotRun when neither works."""
    if os.geteuid() != 0:
        return Account((), os.geteuid())
    return _in_a_namespace() or _as_nobody() or _neither()


def _in_a_namespace() -> Account | None:
    """To the kernel we stay the owner of our files, so no folder has to be opened up for another account."""
    prefix = ("unshare", "--user", f"--map-user={NOBODY}")
    return Account(prefix, 0) if _works(prefix) else None


def _as_nobody() -> Account | None:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return None
    prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    return Account(prefix, nobody.pw_uid) if _works(prefix) else None


def _works(prefix: tuple[str, ...]) -> bool:
    return shutil.which(prefix[0]) is not None and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


def _neither() -> Account:
    raise CannotRun(
        "PostgreSQL refuses to run as root, and neither unshare nor setpriv (package util-linux) works here: run make as an ordinary user."
    )
