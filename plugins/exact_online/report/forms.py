"""The columns of Exact's own import forms, as forms.toml has them. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

FILE = Path(__file__).with_name("forms.toml")
RELATIONS = "relations"


class Column(NamedTuple):
    """A column of a form."""

    name: str
    type: Literal["text", "day", "amount"]
    level: Literal["head", "line"]
    """A head's value is that of the whole entry."""
    width: int
    """Characters."""


@dataclass(frozen=True)
class Form:
    """One form: its sheet, and its columns in the order that Exact has them."""

    sheet: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The captions of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def head_names(self) -> frozenset[str]:
        """The captions of the columns whose value is that of the whole entry."""
        return frozenset(column.name for column in self.columns if column.level == "head")


@cache
def forms() -> Mapping[str, Form]:
    """Return the forms: ``relations``, and one per `BookingKind` that is an entry."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Form(form["sheet"], tuple(Column(*column) for column in form["columns"]))
        for name, form in read.items()
    }
