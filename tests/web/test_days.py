"""A day that a person types: one way to read it, and one field in all pages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from exact_online.web.days import day_of
from exact_online.web.view import FOLDER

DAY = dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    "text",
    [
        "03-11-2026",
        "3-11-2026",
        "3/11/2026",
        "03.11.2026",
        "3 11 2026",
        "03112026",
        "2026-11-03",
        " 3-11-2026 ",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert day_of(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "", "gisteren", "31-02-2026", "11-23-2026", "3-11-26", "2026-11-3", "3-11/2026", "3112026",
        "2026-13-01", "0-1-2026", "٣-11-2026", "03-11-2026T00:00", "1793664000",
    ],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_none(text: str) -> None:
    assert day_of(text) is None


def test_no_page_has_the_date_field_of_the_browser() -> None:
    """It shows days in the browser's language, whatever the page says."""
    pages = [*Path(FOLDER).rglob("*.html")]
    assert len(pages) > 20
    assert [
        page.name for page in pages if re.search(r"""type\s*=\s*["']?(date|month)\b""", page.read_text())
    ] == []
