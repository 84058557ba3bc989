"""Templates, and how amounts and days are written on a page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator.clock import AMSTERDAM, day_of
from simulator.world import World

_PAGES = Path(__file__).parent


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    text = f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


def _day(value: int | None) -> str:
    return "" if value is None else day_of(value).strftime("%d-%m-%Y")


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S")


def _environment() -> Environment:
    loader = FileSystemLoader(_PAGES / "templates")
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(amount=_amount, day=_day, time=_time)
    environment.globals["style"] = (_PAGES / "style.css").read_text(encoding="utf-8")
    return environment


_ENVIRONMENT = _environment()


def render_page(template: str, world: World, **values: Any) -> str:
    """Return a page as text; `world` is on every page, for its clock."""
    with world.lock:
        return _ENVIRONMENT.get_template(template).render(world=world, **values)
