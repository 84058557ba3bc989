"""What needs a person, as short lines of a task's log, in Dutch: for James Support. Pure.

One cause is a group of lines: the records and why; who cures it and where. The last line says what
to clear in Airflow. No line is longer than `WIDTH`, and none names a person (B7).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from exact_online import reasons
from exact_online.ledger import AttentionItem
from exact_online.report.sentences import cure_sentence, item_sentence

WIDTH = 110
CURE = "Oplossen: "
BEFORE_PLANNING = "extract"
"""The task to clear where the plan itself must be made anew."""


def cause_lines(items: Sequence[AttentionItem]) -> Iterator[str]:
    """Give the lines of all items, those of one cause together."""
    for _, same in groupby(sorted(items, key=_cause), _cause):
        yield from _group_lines(list(same))


def clear_sentence(task: str, records: int = 0) -> str:
    """Return what to do when it is put right; `records`: how many wait for that."""
    waiting = "" if not records else "1 record wacht. " if records == 1 else f"{records} records wachten. "
    return f"{waiting}Daarna: wis (Clear) taak {task} met alle taken erna (Downstream)."


def task_to_clear(items: Sequence[AttentionItem], task: str) -> str:
    """Return the task to clear: the red one, or `BEFORE_PLANNING`.

    The latter where the cure changes what is sent.
    """
    before = any(item.reason and reasons.is_cured_before_planning(item.reason) for item in items)
    return BEFORE_PLANNING if before else task


def wrapped(text: str, indent: str = "  ") -> list[str]:
    """Return a text in lines of at most `WIDTH`; the second and later ones are indented."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def record_name(item: AttentionItem) -> str:
    """Return how people know the record: *Factuur 2600001*, *Debiteur 1001*."""
    name = str(item.values["record_nl"])
    return name[:1].upper() + name[1:]


def _cause(item: AttentionItem) -> tuple[str, str]:
    """Records with one sentence have one cause; in the order of the reasons."""
    return (item.reason or "", item_sentence(item))


def _group_lines(same: Sequence[AttentionItem]) -> Iterator[str]:
    sentence = item_sentence(same[0])
    what, _, advice = sentence.partition("; ") if len(_named(same, sentence)) > WIDTH else (sentence, "", "")
    yield from wrapped(_named(same, what if what.endswith(".") else f"{what}."))
    if same[0].reason is None:
        return
    cure = f"{cure_sentence(same[0])}. [{same[0].reason}]"
    yield from wrapped(f"{CURE}{advice[:1].upper()}{advice[1:]}{' ' if advice else ''}{cure}")


def _named(same: Sequence[AttentionItem], sentence: str) -> str:
    """The sentence, after the names of its records where it has not got them itself."""
    first = record_name(same[0])
    others = f" en {len(same) - 1} andere" if len(same) > 1 else ""
    number = first.partition(" ")[2]
    return sentence if number in sentence and not others else f"{first}{others}: {sentence}"


def item_line(item: AttentionItem) -> str:
    """Return one line about a record, after the key by which people act on it."""
    return f"{item.source_key}: {' '.join(line.strip() for line in cause_lines([item]))}"
