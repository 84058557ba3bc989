"""What the docs tell people to type exists: targets, commands, their options; and no dead link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from dev.local.places import ROOT
from exact_online.cli import app

OF_THE_PAST = ROOT / "CHANGELOG.md"
PAGES = sorted([*(set(ROOT.glob("*.md")) - {OF_THE_PAST}), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
TYPED = re.compile(r"python -m exact_online ((?:[a-z][a-z-]+ ?)?)([^`\n#|]*)")


def _blocks(page: Path) -> Iterator[str]:
    """The shell blocks of a page, lines that go on joined."""
    for block in re.findall(r"^```(?:sh|shell|bash)?\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        yield block.replace("\\\n", " ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_target_command_and_option_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"`make ([a-z][a-z-]*)", text):
        assert target in TARGETS, target
    for block in _blocks(page):
        for target in re.findall(r"^make ([a-z][a-z-]*)", block, re.MULTILINE):
            assert target in TARGETS, target
    for name, rest in TYPED.findall(text):
        command = COMMANDS.get(name.strip())
        assert command is not None or not name.strip(), name
        options = None
        if command:
            options = {option for each in command.params for option in each.opts + each.secondary_opts}
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest):
            assert options is None or option in options | {"--help"}, (name, option)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_link_leads_somewhere(page: Path) -> None:
    for where in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", where):
            continue
        file, _, anchor = where.partition("#")
        target = (page.parent / file) if file else page
        assert target.exists(), where
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), where


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}
