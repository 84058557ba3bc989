"""The addresses that are asked: base URL, division, resource and query options. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from exact_online.api import odata

MAX_URL_CHARACTERS = 6_000
"""Exact's own limit, after encoding."""


def url(base_url: str, division: int | None, path: str, options: Mapping[str, str] | None = None) -> str:
    """Return the address of a resource; options without a value are left out.

    Raises ValueError for a resource that needs a division where there is none, and for an address
    that is longer than Exact takes.
    """
    if division is None and not path.startswith("current/"):
        raise ValueError(f"{path} needs a division.")
    place = path if path.startswith("current/") else f"{division}/{path}"
    given = {name: value for name, value in (options or {}).items() if value}
    query = urlencode(given, safe="$,'()/", quote_via=quote)
    address = f"{base_url}/api/v1/{place}" + (f"?{query}" if query else "")
    if len(address) > MAX_URL_CHARACTERS:
        raise ValueError(
            f"{path}: the query is longer than the {MAX_URL_CHARACTERS} characters that Exact takes."
        )
    return address


def of_record(path: str, key: str) -> str:
    """Return the path of one record by its id. Raises ValueError when the id is no guid."""
    return f"{path}({odata.guid(key)})"
