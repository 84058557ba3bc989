"""The acts that people do about what is open, each with name and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.ledger import Ledger
from exact_online.ledger.matches import Chosen
from tests.month.month import Act, Month

NAME = "Anna Accountant"


def says(act: Callable[[Ledger, Word, str], object], key: str, reason: str) -> Act:
    """An act about one record."""

    def said(month: Month) -> None:
        act(month.link.ledger, month.word(reason), key)

    return said


def is_relation(number: str, code: str) -> Act:
    """A relation of previous software is this debtor."""

    def act(month: Month) -> None:
        month.link.by_hand.linked[code] = number
        acts.ours_alike(month.link.ledger, month.word("nagelopen"), Chosen(number, code))

    return act


def is_somebody_else(number: str, code: str) -> Act:
    def act(month: Month) -> None:
        acts.not_ours(month.link.ledger, month.word("nagelopen"), Chosen(number, code))

    return act


def goes_on(month: Month) -> None:
    acts.go_on(month.link.ledger, month.word("btw-code staat weer goed"))


def takes_file_back(month: Month) -> None:
    """The one workbook that is valid."""
    files = month.link.ledger.exports.files(month.link.practice.code)
    (name,) = [file.file_name for file in files if file.taken_back_by is None]
    acts.take_back_file(month.link.ledger, month.word("niet geimporteerd"), name)


def accepted(month: Month) -> list[dict[str, Any]]:
    """Open differences, with whose word made them no matter of anybody any more."""
    return month.link.ledger.conn.execute(
        "select d.subject, d.cause, a.acted_by from difference as d left join act as a"
        " on a.practice = d.practice and a.subject = d.subject and a.taken_back_at is null"
        " and a.act in ('accept', 'close') where d.ended_at is null order by d.subject"
    ).fetchall()
