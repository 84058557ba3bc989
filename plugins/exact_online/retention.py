"""How long the link keeps what: bewaartermijnen.toml, checked as it is read. Pure.

``python -m exact_online.retention`` prints docs/bewaartermijnen.md.
"""

from __future__ import annotations

import datetime as dt
import textwrap
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from exact_online.failures import NotReady

FILE = Path(__file__).with_name("bewaartermijnen.toml")
Text = Annotated[str, StringConstraints(strict=True, min_length=5)]
Name = Annotated[str, StringConstraints(strict=True, pattern="^[a-z][a-z0-9_]*$")]
Columns = Annotated[list[Name], Field(min_length=1)]


class Term(BaseModel):
    """One term: exactly one of days, years and "as long as"; why, and on what legal ground."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wat: Text
    dagen: Annotated[int, Field(strict=True, ge=0, le=3660)] | None = None
    jaren: Annotated[int, Field(strict=True, ge=1, le=20)] | None = None
    zolang: Text | None = None
    vanaf: Text
    daarna: Text
    reden: Text
    grondslag: Text

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if [self.dagen, self.jaren, self.zolang].count(None) != 2:
            raise ValueError("needs exactly one of dagen, jaren and zolang")
        return self

    @property
    def length(self) -> str:
        """How long, in Dutch."""
        if self.zolang:
            return f"zolang {self.zolang}"
        return f"{self.jaren} jaar" if self.jaren else f"{self.dagen} dagen"


class Retention(BaseModel):
    """All terms, and the columns of each table under theirs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    termijn: dict[Name, Term]
    tabel: dict[Name, dict[Name, Columns]]

    @model_validator(mode="after")
    def _check_terms(self) -> Self:
        unknown = {name for columns in self.tabel.values() for name in columns} - set(self.termijn)
        if unknown:
            raise ValueError(f"no such term: {', '.join(sorted(unknown))}")
        return self

    def columns(self) -> set[tuple[str, str]]:
        """Return each table and column that a term names."""
        return {
            (table, column)
            for table, terms in self.tabel.items()
            for names in terms.values()
            for column in names
        }

    def days_before(self, name: str, now: dt.datetime) -> dt.datetime:
        """Return the moment at or before which what is under a term of days is past it."""
        days = self.termijn[name].dagen
        if days is None:
            raise ValueError(f"term {name} is not one of days")
        return now - dt.timedelta(days=days)


@cache
def retention() -> Retention:
    """Return the terms of bewaartermijnen.toml. Raises NotReady with what is wrong in it."""
    return checked(tomllib.loads(FILE.read_text(encoding="utf-8")))


def checked(document: dict[str, Any]) -> Retention:
    """Return the terms of a document. Raises NotReady with a sentence per fault."""
    try:
        return Retention.model_validate(document)
    except ValidationError as wrong:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
            for fault in wrong.errors(include_url=False)
        ]
        raise NotReady(f"{FILE.name} can't be used: {'; '.join(faults)}.") from None


def page(terms: Retention) -> str:
    """Return docs/bewaartermijnen.md."""
    lines = [
        "# Bewaartermijnen",
        "",
        "Gemaakt van `plugins/exact_online/bewaartermijnen.toml`",
        "door `python -m exact_online.retention > docs/bewaartermijnen.md`.",
        "Een verzoek tot wissen, en wat buiten de koppeling staat: [privacy.md](privacy.md).",
        "",
    ]
    for name, term in terms.termijn.items():
        lines += [f"## {name}: {term.length}", "", *_wrapped(f"{term.wat}."), ""]
        for title, text in (
            ("Geteld vanaf", term.vanaf),
            ("Daarna", term.daarna),
            ("Reden", term.reden),
            ("Grondslag", term.grondslag),
        ):
            lines += _wrapped(f"* {title}: {text}.")
        lines += ["", *_table_lines(terms, name)]
    return "\n".join(lines).rstrip() + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, subsequent_indent="  " if text.startswith("*") else "")


def _table_lines(terms: Retention, name: str) -> list[str]:
    rows = [
        f"| `{table}` | {', '.join(f'`{column}`' for column in of[name])} |"
        for table, of in terms.tabel.items()
        if name in of
    ]
    return ["| Tabel | Kolommen |", "|---|---|", *rows, ""] if rows else ["Nog geen tabel.", ""]


if __name__ == "__main__":
    print(page(retention()), end="")
