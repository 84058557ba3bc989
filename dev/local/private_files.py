"""Files that hold secrets."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(file: Path, text: str, owner: int | None = None) -> None:
    """Write a file that only its owner can read, in one step: it is never there half written.

    ``owner`` is a user id; without it our own user owns the file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    if owner is not None:
        os.chown(draft, owner, -1)
    draft.replace(file)
