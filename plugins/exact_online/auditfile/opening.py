"""Opens what somebody uploads: the auditfile itself, or a ZIP with that one file in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from exact_online.auditfile.header import LIMITS, AuditfileFault, Limits

ZIP = b"PK\x03\x04"
ENDINGS = (".xaf", ".xml")
MAX_MEMBERS = 20


@contextmanager
def opened(file: BinaryIO, limits: Limits = LIMITS) -> Iterator[IO[bytes]]:
    """Give the stream of XML in `file`, which can be sought in. Raises AuditfileFault."""
    file.seek(0)
    is_packed = file.read(len(ZIP)) == ZIP
    file.seek(0)
    if not is_packed:
        yield file
        return
    try:
        with zipfile.ZipFile(file) as packed, packed.open(_only(packed, limits)) as member:
            yield member
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
        raise AuditfileFault(
            "Het ZIP-bestand is beschadigd of met een wachtwoord beveiligd. Pak het uit en kies het bestand "
            "dat erin zit."
        ) from None


def _only(packed: zipfile.ZipFile, limits: Limits) -> zipfile.ZipInfo:
    found = [info for info in packed.infolist()[:MAX_MEMBERS] if info.filename.lower().endswith(ENDINGS)]
    if len(found) != 1:
        raise AuditfileFault(
            f"In het ZIP-bestand zitten {len(found)} auditfiles (.xaf of .xml). Kies er een met precies één."
        )
    if found[0].file_size > limits.max_bytes:
        raise AuditfileFault(
            f"Het bestand is uitgepakt groter dan {limits.max_bytes // 1024**2} MB. "
            "Exporteer het per kwartaal."
        )
    return found[0]
