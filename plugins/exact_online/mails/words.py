"""The words of mails: templates, and the few words that depend on a value."""

from __future__ import annotations

from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from exact_online.acts.offered import ActName
from exact_online.dutch import dutch_amount, dutch_day, dutch_moment, dutch_number
from exact_online.report.mail import Message

ACTS = {
    ActName.ACCEPT: "Accepteren",
    ActName.ADOPT: "Overnemen",
    ActName.BOOK_AGAIN: "Opnieuw boeken",
    ActName.CLOSE: "Sluiten",
    ActName.GO_ON: "Verder",
    ActName.NOT_OURS: "Iemand anders",
    ActName.OURS: "Dezelfde persoon",
    ActName.SAME_PERSON: "Nog steeds dezelfde persoon",
    ActName.TAKE_BACK_FILE: "Werkboek terugnemen",
}
"""What the buttons of the pages say."""

SHARED = {
    "exact": "Exact Online",
    "app": "de verbinding met Exact Online",
    "james": "de database van James",
}
"""What all practices share (`CatalogueEntry.shared`)."""

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def message(template: str, **values: Any) -> Message:
    """Return the mail that a template makes of its values: blocks ``subject`` and ``html``."""
    made = _environment().get_template(f"{template}.html")
    context = made.new_context(values)
    subject, html = ("".join(made.blocks[name](context)).strip() for name in ("subject", "html"))
    return Message(unescape(" ".join(subject.split())), html)


def count(number: int, one: str, more: str) -> str:
    """Return a number with its noun: *1 factuur*, *2.345 facturen*."""
    return f"{dutch_number(number)} {one if number == 1 else more}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        euro=dutch_amount, day=dutch_day, moment=dutch_moment, number=dutch_number, count=count
    )
    environment.globals.update(shared_names=SHARED)
    return environment
