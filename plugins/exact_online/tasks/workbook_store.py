"""Keeps workbooks as objects under a URL, by Airflow's object storage (decision 0014).

An object is written first and its row of the ledger is committed after it, so nobody sees one
without the other. What no row names is an orphan: of a crash in between, of a purge, or of an
erasure that died. The daily purge removes those that are older than a day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.sdk import ObjectStoragePath

from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.stops import Stop

URL_VARIABLE = "EXACT_ONLINE_WORKBOOKS_URL"
"""The environment variable with the URL, such as ``s3://aws_default@bucket/workbooks``: scheme,
Airflow connection where one is needed, bucket and folder. Empty: the ledger has the workbooks."""
ORPHAN_AGE = dt.timedelta(days=1)
"""A hand-over ends long before: a younger object may be one whose row is about to be committed."""

OURS = re.compile(r"[^/]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]+\.(xlsx|xml)")
"""Practice, hand-over, file: the places that `save_workbooks` gives."""


class ObjectStore:
    """Workbooks below a URL. Raises NotReady, with who cures it, when the store does not serve."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def write(self, location: str, content: bytes) -> None:
        """Keep an object under its place below the URL."""
        with _named_failures():
            place = self._at(location)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def read(self, location: str, sha256: str) -> bytes:
        """Return an object; raises NotReady too when it is not what was handed over."""
        with _named_failures():
            content: bytes = self._at(location).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotReady(Stop.WORKBOOK_ALTERED, file=location)
        return content

    def remove(self, location: str) -> None:
        """Remove an object; one that is gone already is well."""
        with _named_failures():
            place = self._at(location)
            if place.exists():
                place.unlink()

    def places(self) -> Iterator[tuple[str, dt.datetime]]:
        """Give the place of each object below the URL, and when it was written."""
        with _named_failures():
            root = ObjectStoragePath(self._url)
            base = str(root.path).rstrip("/")
            found = root.fs.find(root.path, detail=True) if root.exists() else {}
        base = base.strip("/")
        for path, info in found.items():
            yield str(path).strip("/").removeprefix(base).lstrip("/"), _moment(info)

    def _at(self, location: str) -> Any:
        return ObjectStoragePath(f"{self._url}/{location}")


def workbook_store() -> ObjectStore | None:
    """Return the store that the environment names; None when the ledger keeps the workbooks."""
    url = os.environ.get(URL_VARIABLE, "").strip()
    return ObjectStore(url) if url else None


def content_of(content: bytes | None, location: str | None, sha256: str) -> bytes | None:
    """Return a workbook from the ledger or from the store; None when it is past its term."""
    if location is None:
        return content
    store = workbook_store()
    if store is None:
        raise NotReady(Stop.WORKBOOK_STORE_UNREACHABLE, cause=f"{URL_VARIABLE} ontbreekt")
    return store.read(location, sha256)


def remove_orphans(ledger: Ledger, store: ObjectStore, now: dt.datetime) -> int:
    """Remove the objects of our practices that no workbook of the ledger names; return how many.

    What else stands below the URL is left alone. Raises NotReady in a copy of a ledger, which does
    not know what the other one wrote since.
    """
    ledger.home.check()
    codes = set(ledger.practices.codes())
    old = {place for place, written_at in store.places() if written_at <= now - ORPHAN_AGE}
    ours = {place for place in old if OURS.fullmatch(place) and place.partition("/")[0] in codes}
    orphans = ours - set(ledger.exports.locations())  # read after the list: no row comes later
    for place in sorted(orphans):
        store.remove(place)
    return len(orphans)


@contextmanager
def _named_failures() -> Iterator[None]:
    """Each kind of store has errors of its own; all mean that it did not serve."""
    try:
        yield
    except NotReady:
        raise
    except Exception as error:
        raise NotReady(Stop.WORKBOOK_STORE_UNREACHABLE, cause=type(error).__name__) from error


def _moment(info: dict[str, Any]) -> dt.datetime:
    """When an object was written, as its kind of store says it; without that it is always young."""
    for name in ("LastModified", "last_modified", "updated", "mtime", "created"):
        value = info.get(name)
        if isinstance(value, int | float):
            return dt.datetime.fromtimestamp(value, dt.UTC)
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        if isinstance(value, dt.datetime):
            return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return dt.datetime.max.replace(tzinfo=dt.UTC)
