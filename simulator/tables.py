"""The rows of one resource in one division, by key, by version, and by a few other properties."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

Row = dict[str, Any]
"""Property name to kept value (values.py); a property that is not there is null."""

INDEXED: dict[str, tuple[str, ...]] = {
    "Accounts": ("Code",),
    "BankAccounts": ("Account",),
    "Contacts": ("Account",),
    "Costcenters": ("Code",),
    "Costunits": ("Code",),
    "GLAccounts": ("Code",),
    "GeneralJournalEntries": ("EntryNumber",),
    "GeneralJournalEntryLines": ("EntryID", "Account"),
    "Journals": ("Code",),
    "PaymentConditions": ("Code",),
    "SalesEntries": ("EntryNumber", "YourRef", "Customer"),
    "SalesEntryLines": ("EntryID",),
    "TransactionLines": ("EntryID", "EntryNumber", "YourRef", "Account"),
    "VATCodes": ("Code",),
    "VatPercentages": ("VATCodeID",),
    "DocumentAttachments": ("Document",),
}


class Table:
    """The rows of one resource.

    In order of key (Exact pages by key) and of Timestamp (sync pages by it).
    """

    def __init__(self, name: str, key: str, changed: Callable[[str, str], None]) -> None:
        self.name = name
        self.key = key
        self.rows: dict[str, Row] = {}
        self._changed = changed
        self._keys: list[str] = []
        self._versions: list[int] = []
        self._by_version: dict[int, str] = {}
        self._index: dict[str, dict[Any, dict[str, None]]] = {name: {} for name in INDEXED.get(name, ())}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def get(self, key: Any) -> Row | None:
        """Return the row of a key, or None."""
        return self.rows.get(key)

    def put(self, row: Row) -> Row:
        """Add the row, or give it its place in every order again after a change.

        It must carry its Timestamp.
        """
        key = str(row[self.key])
        if key in self.rows:
            self._forget(key)
        else:
            insort(self._keys, key)
        self.rows[key] = row
        row["_indexed"] = {name: row.get(name) for name in self._index}
        for name, value in row["_indexed"].items():
            self._index[name].setdefault(value, {})[key] = None
        row["_version"] = row["Timestamp"]
        self._versions.append(row["Timestamp"])
        self._by_version[row["Timestamp"]] = key
        self._changed(self.name, key)
        return row

    def remove(self, key: str) -> Row:
        """Remove a row and return it."""
        self._forget(key)
        del self._keys[bisect_left(self._keys, key)]
        self._changed(self.name, key)
        return self.rows.pop(key)

    def _forget(self, key: str) -> None:
        row = self.rows[key]
        for name, value in row["_indexed"].items():
            self._index[name][value].pop(key, None)
        version = row["_version"]
        del self._versions[bisect_left(self._versions, version)]
        del self._by_version[version]

    def indexes(self, name: str) -> bool:
        """Return whether `find` knows this property."""
        return name in self._index or name == self.key

    def find(self, name: str, value: Any) -> list[Row]:
        """Return the rows whose indexed property has this value, oldest first."""
        if name == self.key and name not in self._index:
            row = self.rows.get(value)
            return [] if row is None else [row]
        return [self.rows[key] for key in self._index[name].get(value, ())]

    def first(self, name: str, value: Any) -> Row | None:
        """Return the oldest such row, or None."""
        found = self._index[name].get(value)
        return self.rows[next(iter(found))] if found else None

    def by_key(self, after: str | None) -> Iterator[Row]:
        """Return the rows in order of key, from behind `after`."""
        start = 0 if after is None else bisect_right(self._keys, after)
        return (self.rows[self._keys[place]] for place in range(start, len(self._keys)))

    def by_version(self, after: int | None) -> Iterator[Row]:
        """Return the rows in order of Timestamp, from behind `after`."""
        start = 0 if after is None else bisect_right(self._versions, after)
        return (
            self.rows[self._by_version[self._versions[place]]] for place in range(start, len(self._versions))
        )
