"""What needs a person, as short lines of a task's log, in Dutch: for James Support. Pure.

One cause is a group of lines: the records and why; who cures it and where. The last line says what
to clear in Airflow. No line is longer than `WIDTH`, and none names a person (B7).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from exact_online import reasons
from exact_online.ledger import AttentionItem
from exact_online.reason_codes import Reason
from exact_online.report.sentences import item_sentence

WIDTH = 110
CURE = "Oplossen: "
MIN_VALUE = 8
"""No value of a sentence is cut to fewer characters."""
BEFORE_PLANNING = "prepare"
"""The task to clear where the plan itself must be made anew."""


def cause_lines(items: Sequence[AttentionItem]) -> Iterator[str]:
    """Give the lines of all items, those of one cause together."""
    for same in by_cause(items):
        yield from _group_lines(same)


def by_cause(items: Sequence[AttentionItem]) -> list[list[AttentionItem]]:
    """Return the items in groups of one cause, in the order of the reasons.

    What was not sent, because Exact rejects others, is in the group of those.
    """
    groups: dict[tuple[str, str], list[AttentionItem]] = {}
    unsent: dict[str, list[AttentionItem]] = {}
    for item in sorted(items, key=_cause):
        if item.reason == Reason.OTHERS_REJECTED:
            unsent.setdefault(item.values["cause"], []).append(item)
        else:
            groups.setdefault(_cause(item), []).append(item)
    for (reason, _), same in groups.items():
        same.extend(unsent.pop(reason, []))
    return [*groups.values(), *unsent.values()]


def problem_lines(problems: Sequence[tuple[str, Mapping[str, object]]]) -> Iterator[str]:
    """Give two lines for each problem of a `NamedFailure`; a text that is no code as it is."""
    for code, values in problems:
        if reasons.entry_of(code) is None:
            yield from wrapped(code)
        else:
            yield from (fitted(code, values, WIDTH), cure_line(code))


def cure_line(code: str) -> str:
    """Return who cures a reason or a stop and where, with its code."""
    return f"{CURE}{reasons.cure(code)}. [{code}]"


def fitted(code: str, values: Mapping[str, object], width: int) -> str:
    """Return the sentence of a reason or a stop; its longest values are cut until it fits."""
    cut = dict(values)
    while len(sentence := reasons.explain(code, cut)) > width:
        named = {name: str(cut[name]) for name in reasons.placeholders(code) if cut.get(name)}
        name = max(named, key=lambda each: len(named[each]), default="")
        kept = max(len(named.get(name, "")) - (len(sentence) - width) - 1, MIN_VALUE)
        if len(named.get(name, "")) <= kept + 1:
            break
        cut[name] = named[name][:kept] + "…"
    return sentence


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
    """Records with one sentence, their own numbers aside, have one cause.

    In the order of the reasons.
    """
    number = record_name(item).partition(" ")[2]
    return (item.reason or "", item_sentence(item).replace(number, ""))


def _group_lines(same: Sequence[AttentionItem]) -> Iterator[str]:
    yield _first_line(same)
    if same[0].reason is not None:
        yield cure_line(same[0].reason)


def _first_line(same: Sequence[AttentionItem]) -> str:
    """The sentence, after the names of its records where it has not got them itself."""
    first, sentence = record_name(same[0]), item_sentence(same[0])
    sentence += "" if sentence.endswith(".") else "."  # the words of Exact have none
    number, others = first.partition(" ")[2], len(same) - 1
    if others:
        names = [f"{first} en {others} andere: ", f"{number} (+{others}): "]
    else:
        names = [""] if number in sentence else [f"{first}: "]
    for name in names:
        if len(name + sentence) <= WIDTH:
            return name + sentence
    if same[0].reason is None:
        return names[-1] + sentence
    return names[-1] + fitted(same[0].reason, same[0].values, WIDTH - len(names[-1]))


def item_line(item: AttentionItem) -> str:
    """Return one line about a record, after the key by which people act on it."""
    return f"{item.source_key}: {' '.join(line.strip() for line in cause_lines([item]))}"
