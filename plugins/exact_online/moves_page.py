"""Write the table of moves in docs/reliability.md from the ledger's booking_move, which decides.

    AIRFLOW_CONN_EXACT_SYNC_DB=postgres://user:password@host/database \\
        python -m exact_online.moves_page docs/reliability.md
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from exact_online.failures import LinkFailure, NotReady
from exact_online.ledger import Ledger, Move, connect
from exact_online.migrations import CONNECTION_VARIABLE

BEGIN, END = "<!-- moves: begin -->\n", "<!-- moves: end -->\n"


def moves_table(moves: Iterable[Move]) -> str:
    """Return rows of statement list_moves as a Markdown table."""
    rows = "".join(f"| {move.from_state} | {move.to_state} | {move.why} |\n" for move in moves)
    return f"| From | To | Why |\n|---|---|---|\n{rows}"


def with_moves(page: str, moves: Iterable[Move]) -> str:
    """Return the page with these moves between its two marks.

    Raises ValueError when it lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(
            f"The page needs the lines {BEGIN.strip()} and {END.strip()} around its table of moves."
        )
    return f"{before}{BEGIN}\n{moves_table(moves)}\n{END}{after}"


def main(path: Path) -> None:
    """Bring the page up to date with the ledger that the environment names.

    Raises NotReady when it names none.
    """
    dsn = os.environ.get(CONNECTION_VARIABLE)
    if not dsn:
        raise NotReady(
            f"{CONNECTION_VARIABLE} is not set: give the ledger's database as "
            "postgres://user:password@host:port/database."
        )
    with closing(connect(dsn)) as conn:
        page = with_moves(path.read_text(encoding="utf-8"), Ledger(conn).bookings.allowed_moves())
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except LinkFailure as failure:
        sys.exit(str(failure))
