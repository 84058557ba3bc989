"""Say of relations from previous software whether they are the debtors they look like (M16)."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.ledger.matches import Chosen
from exact_online.vocabulary import MatchKind


def ours_alike(ledger: Ledger, word: Word, chosen: Chosen) -> tuple[int, list[str]]:
    """Link debtors with the relations that look like them, each under its own code in Exact.

    Return the act's number and the debtor numbers. Nothing is renumbered.
    """
    with acting(ledger, word):
        act = _keep(ledger, word, "ours", chosen)
        adopted = ledger.matches.adopt(word.practice, chosen, word.by, act)
        if not adopted:
            raise NotReady(
                f"No relation is linked: 'matches {word.practice}' lists what waits for a word. "
                "Where a debtor or a relation stands in several lines, name one: the key of the debtor and "
                "--code."
            )
    return act, adopted


def not_ours(ledger: Ledger, word: Word, chosen: Chosen) -> tuple[int, list[str]]:
    """Say that relations that look like debtors are somebody else's.

    Return the act's number and the debtor numbers. The next night makes relations of their own,
    unless the number itself is taken.
    """
    with acting(ledger, word):
        act = _keep(ledger, word, "not_ours", chosen)
        rejected = ledger.matches.reject(word.practice, chosen, act)
        if not rejected:
            raise NotReady(f"Nothing like that waits for a word: see 'matches {word.practice}'.")
    return act, rejected


def chosen_matches(key: str | None, code: str | None, kind: str | None) -> Chosen:
    """Return what a person chose: the key of a debtor, with or without a code, or a kind.

    Raises NotReady when it is neither or both, or no such kind.
    """
    if (key is None) == (kind is None) or (code and not key):
        raise NotReady("Give the key of a debtor (debiteur:1001), or --kind for all of one kind.")
    if kind is not None and kind not in list(MatchKind):
        raise NotReady(f"There is no kind {kind!r}; there are {', '.join(MatchKind)}.")
    return Chosen(key.removeprefix("debiteur:") if key else None, code, kind)


def _keep(ledger: Ledger, word: Word, act: str, chosen: Chosen) -> int:
    number = chosen.debtor_number
    subject = f"debiteur:{number}" if number else f"kind:{chosen.kind}"
    before = {"code": chosen.code} if chosen.code else {}
    return ledger.acts.keep(word.practice, act, subject, word.by, word.reason, before)
