"""PostgreSQL refuses root, and users without a name: how it starts for them all the same, with nothing to install or configure."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from dev.local.failures import CannotRun

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """Who runs the server: words before the command, and the user id that owns its files."""

    prefix: tuple[str, ...]
    owner: int


@cache
def server_account() -> Account:
    """Ourselves when PostgreSQL accepts us, else ourselves looking like nobody; root can also become nobody. CannotRun when none works."""
    if os.geteuid() == 0:
        return _in_a_namespace() or _as_nobody() or _refuse("PostgreSQL refuses to run as root")
    if not _has_a_name():
        return _in_a_namespace() or _refuse(
            f"PostgreSQL refuses to run as user {os.geteuid()}, who has no line in /etc/passwd"
        )
    return Account((), os.geteuid())


def _has_a_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _in_a_namespace() -> Account | None:
    """To the kernel we stay the owner of our files, so no folder has to be opened up for another account."""
    prefix = ("unshare", "--user", f"--map-user={NOBODY}")
    return Account(prefix, os.geteuid()) if _works(prefix) else None


def _as_nobody() -> Account | None:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return None
    prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    return Account(prefix, nobody.pw_uid) if _works(prefix) else None


def _works(prefix: tuple[str, ...]) -> bool:
    return (
        shutil.which(prefix[0]) is not None
        and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    )


def _refuse(reason: str) -> Account:
    raise CannotRun(
        f"{reason}, and unshare and setpriv (package util-linux) are no way around it here: run make as an ordinary user."
    )
