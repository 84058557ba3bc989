"""Exact's published contract from contract.json: resources, methods, properties and types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_TABLES = {"HrmDivisions": "SystemDivisions", "AllDivisions": "SystemDivisions", "SyncDeleted": "Deleted"}
_RIGHT_ALIGNED = {"Accounts": {"Code": 18}}
_LEFT_ALIGNED = {
    "Accounts": {
        "Country": 3,
        "State": 3,
        "Language": 10,
        "SearchCode": 9,
        "SalesVATCode": 3,
        "PurchaseVATCode": 3,
    },
    "VATCodes": {"Code": 3},
}
_CLASS_NAMES = {"Me": "Exact.Web.Api.System.Me", "SystemDivisions": "Exact.Web.Api.Models.Division"}
WIDE = frozenset({"GeneralJournalEntries", "Receivables", "BulkContacts"})
"""Endpoints that answer a read without $select and without $top=1 with a 400 (fact 1a); the
published list is not complete."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a resource."""

    name: str
    type: str
    """Without ``Edm.``: Guid, String, Boolean, Byte, Int16, Int32, Int64, Double, DateTime, Binary,
    or another text for what is nested."""
    post: bool
    put: bool
    mandatory: bool
    max_length: int | None
    lines: str | None
    """Name of the resource of which this is a collection."""
    right_aligned: int = 0
    left_aligned: int = 0

    @property
    def nested(self) -> bool:
        """Return whether this is no plain value but a collection or an object."""
        return self.type not in SCALARS

    def writable(self, method: str) -> bool:
        """Return whether a POST or a PUT may set it."""
        return self.post if method == "POST" else self.put

    def padded(self, text: str) -> str:
        """Return a code in its fixed width (fact 1.18)."""
        if self.right_aligned:
            return text.strip().rjust(self.right_aligned)
        return text.rstrip().ljust(self.left_aligned) if self.left_aligned else text


SCALARS = frozenset(
    {"Guid", "String", "Boolean", "Byte", "Int16", "Int32", "Int64", "Double", "DateTime", "Binary"}
)


@dataclass(frozen=True, eq=False)
class Resource:
    """One address of the API, with what it may do and what its records hold."""

    name: str
    uri: str
    """``crm/Accounts``: what stands after the division."""
    methods: frozenset[str]
    key: str | None
    page_size: int | None
    properties: dict[str, Property]
    filter_fields: frozenset[str]
    """Fields of which a mandatory filter must name one; in the order of the contract in
    `filter_field_list`."""
    filter_field_list: tuple[str, ...]
    filter_only: frozenset[str]
    """The only fields a filter may name (sync)."""
    select_mandatory: bool
    scope: str | None
    table: str
    """Where its rows live: bulk and sync read the rows of the regular resource."""

    @cached_property
    def class_name(self) -> str:
        """Return the name that Exact gives its type in ``__metadata``."""
        return _CLASS_NAMES.get(self.name, f"Exact.Web.Api.Models.{singular(self.table)}")

    @cached_property
    def family(self) -> str:
        """Return ``bulk``, ``sync``, ``read`` or ``regular``."""
        head = self.uri.split("/", 1)[0]
        return head if head in {"bulk", "sync", "read"} else "regular"

    @cached_property
    def segment(self) -> str:
        """Return the last part of its address."""
        return self.uri.rsplit("/", 1)[1]

    @cached_property
    def path_key(self) -> tuple[str, str]:
        """Return the service in lower case and the resource in exactly its own case (fact 1.33)."""
        service, _, segment = self.uri.rpartition("/")
        return service.lower(), segment


def singular(plural: str) -> str:
    """Return the singular of a resource's name."""
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural.removesuffix("s") if not plural.endswith("Status") else plural


def _property(name: str, text: str, table: str) -> Property:
    kind, writes, *flags = text.split(" ")
    lengths = [int(flag[4:]) for flag in flags if flag.startswith("max=")]
    return Property(
        name=name,
        type=kind,
        post="P" in writes,
        put="U" in writes,
        mandatory="mandatory" in flags,
        max_length=lengths[0] if lengths else None,
        lines=kind[len("Collection(") : -1] if kind.startswith("Collection(") else None,
        right_aligned=_RIGHT_ALIGNED.get(table, {}).get(name, 18 if name == "AccountCode" else 0),
        left_aligned=_LEFT_ALIGNED.get(table, {}).get(name, 3 if name == "VATCode" else 0),
    )


def _table(name: str, uri: str) -> str:
    if name in _TABLES:
        return _TABLES[name]
    return uri.rsplit("/", 1)[1] if name.startswith(("Bulk", "Sync")) else name


def _resource(name: str, entry: dict[str, Any]) -> Resource:
    table = _table(name, entry["uri"])
    key = entry["key"]
    return Resource(
        name=name,
        uri=entry["uri"],
        methods=frozenset(entry["methods"]),
        key=key if isinstance(key, str) else None,
        page_size=entry["page_size"],
        properties={prop: _property(prop, text, table) for prop, text in entry["properties"].items()},
        filter_fields=frozenset(entry.get("filter_fields", ())),
        filter_field_list=tuple(entry.get("filter_fields", ())),
        filter_only=frozenset(entry.get("filter_only", ())),
        select_mandatory=entry.get("select_mandatory", False),
        scope=entry.get("scope"),
        table=table,
    )


def _read() -> dict[str, Resource]:
    entries = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))
    return {name: _resource(name, entry) for name, entry in entries.items()}


CONTRACT = _read()
BY_PATH = {resource.path_key: resource for resource in CONTRACT.values()}
BY_ENDPOINT = {resource.uri.lower(): resource for resource in CONTRACT.values()}
