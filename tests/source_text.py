"""The project's own text files, and what in them is prose and what is code."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
MADE_ELSEWHERE = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
"""Written by a program from other files."""


@cache
def text_files() -> dict[str, str]:
    """Return path to content of every text file that git tracks, or of all without git."""
    found = {}
    for path in _tracked() or _walked():
        file = ROOT / path
        if path in MADE_ELSEWHERE or not file.is_file():
            continue
        try:
            found[path] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # an image, a workbook
    return found


def _tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for path in listed.stdout.split("\0") if path]


def _walked() -> list[str]:
    hidden = {"var", ".git", "__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache"}
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not hidden & set(path.parts))


def prose_of_python(text: str) -> dict[int, str]:
    """Return line number to line of docstrings, and of comments with a line to themselves."""
    lines = text.splitlines()
    numbers: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and _is_text(node.value):
            numbers.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and lines[token.start[0] - 1].lstrip().startswith("#"):
            numbers.add(token.start[0])
    return {number: lines[number - 1] for number in sorted(numbers)}


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def names_of_python(text: str) -> dict[int, list[str]]:
    """Return line number to the names (variables, functions, attributes) that stand in it."""
    found: dict[int, list[str]] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            found.setdefault(token.start[0], []).append(token.string)
    return found


def prose_of_sql(text: str) -> dict[int, str]:
    """Return line number to line of the comments that have a line to themselves."""
    lines = enumerate(text.splitlines(), 1)
    return {number: line for number, line in lines if line.lstrip().startswith("--")}


def prose_of_markdown(text: str) -> dict[int, str]:
    """Return line number to line of a page, without its tables and its blocks of code."""
    found, is_code = {}, False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and not line.lstrip().startswith("|"):
            found[number] = line
    return found
