"""Release what waits for a closed period of Exact."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.ledger import Ledger
from exact_online.ledger.decisions import Period


def release_period(ledger: Ledger, word: Word, period: Period | None) -> int:
    """Let the next night send what waits for a period, for a year, or for all; return how many.

    Where it is closed still, it waits again. Raises as `acting`.
    """
    subject = "-".join(str(part) for part in period if part) if period else "alle"
    with acting(ledger, word):
        ledger.acts.keep(word.practice, "release_period", subject, word.by, word.reason, {})
        return ledger.decisions.release_period(word.practice, period)
