"""The $filter parser against an oracle, and against noise: never a 5xx.

SIMULATOR_FILTERS=100000 runs the long version.
"""

from __future__ import annotations

import os
import random
import string
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.books import Client, new_world

COUNT = int(os.environ.get("SIMULATOR_FILTERS", "3000"))
NAMES = ("Code", "Description", "ID", "Percentage", "IsBlocked", "Created", "Type", "Nope")
OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le")
LITERALS = (
    "true", "false", "null", "'a'", "'it''s'", "''", "1", "-1", "1L", "0.21", "1e9",
    "guid'00000000-0000-0000-0000-000000000000'",
    "guid'x'", "datetime'2026-01-01T00:00:00'", "datetime'x'",
)  # fmt: skip
OTHERS = (
    "and",
    "or",
    "not",
    "(",
    ")",
    ",",
    "substringof(",
    "trim(",
    "startswith(",
    "endswith(",
    "tolower(",
    "/",
    "add",
    "'",
    "%",
    "\u20ac",
    "\x00",
)
PIECES = (*NAMES, *OPERATORS, *LITERALS, *OTHERS)


def noise(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "".join(chance.choices(string.printable + "\u00e9\U0001f9b7", k=chance.randint(0, 30)))
    if chance.random() < 0.5:
        parts = [
            f"{chance.choice(NAMES)} {chance.choice(OPERATORS)} {chance.choice(LITERALS)}"
            for _ in range(chance.randint(1, 4))
        ]
        return chance.choice((" and ", " or ", ") and (")).join(parts)
    return " ".join(chance.choices(PIECES, k=chance.randint(1, 12)))


def test_no_filter_whatever_is_a_5xx() -> None:
    world = new_world()
    world.limits.off()
    world.log = type(world.log)(maxlen=10)
    exact, chance, seen = Client(world), random.Random(COUNT), set()
    for _ in range(COUNT):
        text = noise(chance)
        reply = exact.call("GET", f"vat/VATCodes?$filter={quote(text)}")
        seen.add(reply.status)
        assert reply.status in {200, 400}, text
    assert seen == {200, 400}


def test_depth_has_an_end() -> None:
    exact = Client(new_world())
    for text in (
        "(" * 1500 + "1 eq 1" + ")" * 1500,
        "not " * 1400 + "IsBlocked",
        "trim(" * 1000 + "Code" + ")" * 1000,
    ):
        assert exact.call("GET", f"vat/VATCodes?$filter={quote(text, safe='()')}").status in {200, 400}


ROWS = Client(new_world())
CODES = st.sampled_from(["0  ", "2  ", "7  ", "x", ""])
CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]), CODES).map(
        lambda pair: (f"Code {pair[0]} '{pair[1]}'", pair)
    ),
    CODES.map(lambda text: (f"startswith(Code,'{text}')", ("startswith", text))),
    CODES.map(lambda text: (f"substringof('{text}',Code)", ("substringof", text))),
    CODES.map(lambda text: (f"trim(Code) eq '{text}'", ("trim", text))),
)
TREES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(
            lambda pair: (f"({pair[0][0]} and {pair[1][0]})", ("and", pair[0][1], pair[1][1]))
        ),
        st.tuples(inner, inner).map(
            lambda pair: (f"({pair[0][0]} or {pair[1][0]})", ("or", pair[0][1], pair[1][1]))
        ),
        inner.map(lambda part: (f"not ({part[0]})", ("not", part[1]))),
    ),
    max_leaves=6,
)


def holds(condition: tuple[object, ...], code: str) -> bool:
    """What a filter means, said once more in Python."""
    word, *rest = condition
    if word in {"and", "or", "not"}:
        parts = [holds(part, code) for part in rest]  # type: ignore[arg-type]
        return {"and": all(parts), "or": any(parts), "not": not parts[0]}[str(word)]
    text = str(rest[0])
    return {
        "eq": code == text, "ne": code != text, "gt": code > text, "ge": code >= text,
        "lt": code < text, "le": code <= text,
        "startswith": code.startswith(text), "substringof": text in code, "trim": code.strip() == text,
    }[str(word)]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_a_filter_finds_what_it_says(tree: tuple[str, tuple[object, ...]]) -> None:
    ROWS.world.limits.off()
    text, condition = tree
    found = {
        row["Code"] for row in ROWS.call("GET", f"vat/VATCodes?$select=Code&$filter={quote(text)}").results
    }
    assert found == {row["Code"] for row in ROWS.division["VATCodes"] if holds(condition, row["Code"])}
