"""Compare the golden cases with what is booked today, or write them anew.

PYTHONPATH=plugins:. python -m tests.golden            names what differs; exits 1 if anything does
PYTHONPATH=plugins:. python -m tests.golden --write    writes them: read the difference first
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.golden.case import cases
from tests.golden.page import PAGE, refreshed_page


def stale() -> dict[Path, str]:
    """The files that differ from what is booked today, with what should be in them."""
    fresh = {case.path: case.refreshed() for case in cases()}
    differing = {path: text for path, text in fresh.items() if path.read_text(encoding="utf-8") != text}
    return differing | (
        {PAGE: refreshed_page()} if PAGE.read_text(encoding="utf-8") != refreshed_page() else {}
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write what is booked today into the files")
    wanted = parser.parse_args().write
    differing = stale()
    for path, text in differing.items():
        print(f"{'written' if wanted else 'differs'}: {path.name}")
        if wanted:
            path.write_text(text, encoding="utf-8")
    raise SystemExit(bool(differing) and not wanted)


if __name__ == "__main__":
    main()
