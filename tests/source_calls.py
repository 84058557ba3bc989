"""Which functions of the package a function mentions, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "plugins" / "exact_online"
Place = tuple[str, str]
"""Module within the package, such as ``night.steps``, and function."""


@cache
def module_named(name: str) -> ast.Module | None:
    """Return the parsed module; None when the package has none of this name."""
    path = PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8")) if path.exists() else None


@cache
def functions_of(module: str) -> dict[str, ast.FunctionDef]:
    """Return the functions at the top of a module, by name."""
    tree = module_named(module)
    nodes = tree.body if tree else []
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}


@cache
def imports_of(module: str) -> dict[str, Place]:
    """Return what names of the package a module imports: (module, name), or (module, '')."""
    found: dict[str, Place] = {}
    for node in ast.walk(module_named(module) or ast.Module([], [])):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("exact_online"):
            inside = (node.module or "").partition(".")[2]
            for alias in node.names:
                whole = f"{inside}.{alias.name}".lstrip(".")
                is_module = module_named(whole) is not None
                found[alias.asname or alias.name] = (whole, "") if is_module else (inside, alias.name)
    return found


def mentioned(place: Place) -> Iterator[Place]:
    """Give the functions of the package that a function names, called or handed on."""
    module, name = place
    for node in ast.walk(functions_of(module)[name]):
        if isinstance(node, ast.Name):
            found = imports_of(module).get(node.id, (module, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = (imports_of(module).get(node.value.id, ("", ""))[0], node.attr)
        else:
            continue
        if found[1] in functions_of(found[0]):
            yield found


def reached_from(place: Place) -> set[Place]:
    """Return a function and all that it leads to."""
    reached, left = {place}, [place]
    while left:
        new = set(mentioned(left.pop())) - reached
        reached |= new
        left += new
    return reached


def uses_method(place: Place, method: str) -> bool:
    """Return whether a function itself calls a method of this name."""
    calls = [node for node in ast.walk(functions_of(place[0])[place[1]]) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == method for call in calls)
