"""The user account that PostgreSQL runs as.

PostgreSQL does not start as root, nor as a user without a line in /etc/passwd.
The functions here find a way around that, with nothing to install or configure.
"""

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
    """How to run the server, and the id of the user that owns its files."""

    prefix: tuple[str, ...]
    """Command and options to put before the server's own command; empty when none is needed."""
    owner: int


@cache
def server_account() -> Account:
    """Return the account to run PostgreSQL as.

    That is our own user where PostgreSQL accepts it. Otherwise it is our own user in a user
    namespace where he is called nobody, and for root the real user nobody when that fails too.
    Raise CannotRun when none of them works.
    """
    if os.geteuid() == 0:
        return _in_a_namespace() or _as_nobody() or _no_account("PostgreSQL does not run as root")
    if not _has_a_name():
        return _in_a_namespace() or _no_account(
            f"PostgreSQL does not run as user {os.geteuid()}, who has no line in /etc/passwd"
        )
    return Account((), os.geteuid())


def _has_a_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _in_a_namespace() -> Account | None:
    """For the kernel our own user still owns the files, so no folder must be opened to another."""
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


def _no_account(reason: str) -> Account:
    raise CannotRun(
        f"{reason}, and unshare and setpriv (package util-linux) do not work here: "
        "run make as an ordinary user."
    )
