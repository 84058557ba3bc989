"""The addresses that are asked: base URL, division, resource and query options. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from exact_online.api import odata

MAX_URL_CHARACTERS = 6_000
"""Exact's own limit, after encoding."""

EXACT_HOSTS = frozenset(
    f"start.exactonline.{country}" for country in ("nl", "be", "de", "fr", "es", "co.uk", "com")
)
"""Where Exact Online is, per country: a token goes to no other host but this very machine."""

_READ_IN_TWO_WAYS = re.compile(r"[\\\s\x00-\x1f\x7f]")
"""A backslash, a blank or a control character: parsers of addresses differ about what it means."""
_PORTS = {"https": 443, "http": 80}


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


def upload(base_url: str, division: int, topic: str) -> str:
    """Return the address of the XML upload of a division."""
    return f"{base_url}/docs/XMLUpload.aspx?Topic={quote(topic)}&_Division_={division:d}"


def of_record(path: str, key: str) -> str:
    """Return the path of one record by its id. Raises ValueError when the id is no guid."""
    return f"{path}({odata.guid(key)})"


def next_page(base_url: str, asked: str, link: str) -> str:
    """Return the address of the next page: our own server, with path and query of Exact's link.

    `asked` is the address of the page that had the link. Raises ValueError when the link names
    another host than ours, or leaves the API.
    """
    if _READ_IN_TWO_WAYS.search(link):
        raise ValueError("it can be read as another host")
    parts = urlsplit(urljoin(asked, link))
    is_torn = bool(urlsplit(link).scheme) and not urlsplit(link).netloc  # joined, it would be a path
    if is_torn or "@" in parts.netloc or origin_of(parts) != origin_of(urlsplit(base_url)):
        raise ValueError("it is on another host")
    api = f"{urlsplit(base_url).path}/api/v1/"
    if not parts.path.lower().startswith(api.lower()) or ".." in parts.path.split("/"):
        raise ValueError("it is no resource of the API")
    root = base_url.removesuffix(urlsplit(base_url).path)
    return f"{root}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def origin_of(parts: SplitResult) -> tuple[str, str, int | None]:
    """Return scheme, host and port, so that two addresses can be compared.

    Raises ValueError when the port is none.
    """
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    return parts.scheme, host, parts.port or _PORTS.get(parts.scheme)
