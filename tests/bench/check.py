"""`make bench-check`: holds the ratios of the last `make bench` against the committed ones.

    PYTHONPATH=plugins:. python -m tests.bench.check

Names each ratio that is worse than committed by more than the slack, and each that was not
measured. Ends with 1 when there is any.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench import results

EXPECTED = Path(__file__).with_name("expected.toml")
SLACK = 0.25
"""A ratio of two measurements on a busy machine differs by this part from one run to the next."""


def worse(
    expected: Mapping[str, Mapping[str, Mapping[str, float]]], found: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for each committed ratio that is worse now, or is not known.

    `expected` has per benchmark and ratio either `at_least` or `at_most`.
    """
    for name, wanted in expected.items():
        ratios = found.get(name, {}).get("ratios", {})
        for each, limit in wanted.items():
            if each not in ratios:
                yield f"{name}: {each} was not measured: run `make bench`"
                continue
            value = ratios[each]
            if "at_least" in limit and value < limit["at_least"] * (1 - SLACK):
                yield f"{name}: {each} is {value:g}, and was {limit['at_least']:g}: it fell"
            if "at_most" in limit and value > limit["at_most"] * (1 + SLACK):
                yield f"{name}: {each} is {value:g}, and was {limit['at_most']:g}: it rose"


def main() -> int:
    """Print what is worse; return 1 when anything is."""
    expected = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    told = list(worse(expected, results.read()))
    for sentence in told:
        print(sentence)
    if not told:
        count = sum(map(len, expected.values()))
        print(f"{count} ratios are as good as the committed ones, within {SLACK:.0%}.")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
