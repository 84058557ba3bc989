"""One word per thing (docs/glossary.md) in code, SQL, pages and sentences; lines that fit a screen.

`python -m tests.test_words` prints all that is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.source_text import (
    names_of_python,
    prose_of_markdown,
    prose_of_python,
    prose_of_sql,
    text_files,
)

PROSE_COLUMNS, CODE_COLUMNS = 100, 110

SPEAKS_OF_WORDS = ("docs/glossary.md", "tests/test_words.py")
OF_THE_PAST = ("CHANGELOG.md", "docs/decisions/", "include/sql/ledger/migrations/versions/")
"""What was said then stays as it was: versions that went out, decisions, migrations."""


@dataclass(frozen=True)
class Word:
    """A word that is not used, by the pattern that finds its family, and what to say instead."""

    pattern: re.Pattern[str]
    instead: str


def _word(pattern: str, instead: str) -> Word:
    """A word that begins and ends where letters do, so also within a name with underscores."""
    return Word(re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])", re.IGNORECASE), instead)


DOOR = r"doors|(?:the|a|an|this|its|own|only|each|every|one|no|two|any) door|door_\w+|\w+_door"
"""In English alone: Dutch has a word that is spelt the same."""

WORDS = (
    _word(r"\w*refus\w*", "rejected (a record), denied (a right), fails (a check)"),
    _word(r"\w*rehears\w*", "dry run"),
    _word(r"fores(?:ee|aw)\w*", "dry run, or says what the night does"),
    _word(r"undo(?:es|ne|ing)?", "dry run, rolled back"),
    _word(r"emit(?:s|ted|ting)?", "hand over"),
    _word(r"rooms?", "package, module"),
    _word(DOOR, "module"),
    _word(r"streets?", "night, from James to Exact"),
    _word(r"needs an eye", "is an attention item"),
)

NAMES = {
    **dict.fromkeys(("matter", "matters", "concern", "concerns"), "attention item"),
    **dict.fromkeys(("complaint", "complaints"), "problem"),
    **dict.fromkeys(("notice", "notices"), "adjustment"),
}
"""Part of an identifier -> what to call it. As verbs of a sentence these are ordinary words."""

RELATIONS = re.compile(r"(?:relation|crm|debtor|customer)_accounts?$|^accounts?_of_(?:relation|debtor)s?")
"""Names that call a relation an account; `account` alone is a ledger account."""


@dataclass(frozen=True)
class Allowed:
    """Where a word is right all the same, and why."""

    paths: tuple[str, ...]
    pattern: re.Pattern[str]
    why: str


ALLOWED = (
    Allowed(("",), re.compile(r"connection ?refused|ECONNREFUSED", re.I), "the operating system's own words"),
    Allowed(("",), re.compile(r"SMTPRecipientsRefused"), "a class of Python's own smtplib"),
    Allowed(
        (
            "dev/demo/",
            "docs/field-mapping.md",
            "include/sql/",
            "plugins/exact_online/bewaartermijnen.toml",
            "plugins/exact_online/transform/",
            "tests/transform/",
        ),
        re.compile(
            r"""["'` (,]street["'`,)]|^\s*(?:--)?\s*street(?: text)?,?$|as street|s\.street|STREETS"""
        ),
        "the address field of a debtor",
    ),
    Allowed(("tests/golden/cases/",), re.compile(r"^street = .*"), "the address field of a debtor"),
    Allowed(
        ("tests/test_migrations.py",),
        re.compile(r"'refused'|refused_other|iban_refused|blind_refusals"),
        "what a ledger of version 0008 has stored, before its values were renamed",
    ),
    Allowed(("plugins/exact_online/reasons.toml",), re.compile(r"^patterns = .*"), "Exact's literal words"),
    Allowed(("",), re.compile(r"(?:has_?|leaves? |there |no |make )room"), "space that is left"),
    Allowed(("",), re.compile(r"\.emit\(|def emit\("), "the method of Python's own logging handlers"),
    Allowed(("Makefile",), re.compile(r"--no-emit-index-url"), "an option of uv"),
    Allowed(("dev/demo/consent.py",), re.compile(r"SAYS_NO = .*"), "what a button of a page can say"),
    Allowed(("tests/",), re.compile(r"does_not_matter|must_notice"), "verbs in the name of a test"),
)


def words_in(path: str, text: str) -> Iterator[str]:
    """Give `path:line: word; say ...` of each word that is not used."""
    for number, line in enumerate(text.splitlines(), 1):
        said = _without_allowed(path, _without_names(line) if path.endswith(".md") else line)
        for word in WORDS:
            for found in word.pattern.finditer(said):
                yield f"{path}:{number}: {found[0]!r}; say {word.instead}"


def _without_names(line: str) -> str:
    """A page names functions and files: those are judged where they are defined."""
    return re.sub(r"`[^`]*`|\]\([^)]*\)", " ", line)


def _without_allowed(path: str, line: str) -> str:
    for allowed in ALLOWED:
        if path.startswith(allowed.paths):
            line = allowed.pattern.sub(" ", line)
    return line


def names_in(path: str, text: str) -> Iterator[str]:
    """Give `path:line: name; say ...` of each identifier with a part that is not used."""
    for number, names in _identifiers(path, text).items():
        for name in names:
            for part in _parts(_without_allowed(path, name)):
                if part in NAMES:
                    yield f"{path}:{number}: {name}; say {NAMES[part]}"
            if RELATIONS.search(name):
                yield f"{path}:{number}: {name}; say relation"


def _parts(name: str) -> list[str]:
    """The words of a name: of WatchItem and watch_item, watch and item."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())


def _identifiers(path: str, text: str) -> dict[int, list[str]]:
    if path.endswith(".py"):
        return names_of_python(text)
    if not path.endswith(".sql"):
        return {}
    code = {number: line.partition("--")[0] for number, line in enumerate(text.splitlines(), 1)}
    return {number: re.findall(r"[a-z_]+", re.sub(r"'[^']*'", " ", line)) for number, line in code.items()}


def long_lines(path: str, text: str) -> Iterator[str]:
    """Give `path:line: columns` of each line of prose over 100 columns, and of code over 110."""
    if path.endswith(".md"):
        prose, code = prose_of_markdown(text), {}
        prose = {number: re.sub(r"\]\([^)]*\)", "]()", line) for number, line in prose.items()}
    elif path.endswith((".py", ".sql")):
        prose = prose_of_python(text) if path.endswith(".py") else prose_of_sql(text)
        code = {number: line for number, line in enumerate(text.splitlines(), 1) if number not in prose}
    else:
        return
    for lines, most in ((prose, PROSE_COLUMNS), (code, CODE_COLUMNS)):
        for number, line in lines.items():
            if len(line) > most:
                yield f"{path}:{number}: {len(line)} columns, {most} at most"


def files() -> dict[str, str]:
    """Return path to content of what is judged."""
    left_out = (*SPEAKS_OF_WORDS, *OF_THE_PAST)
    return {path: text for path, text in text_files().items() if not path.startswith(left_out)}


def test_one_word_per_thing() -> None:
    assert [found for path, text in files().items() for found in words_in(path, text)] == []


def test_names_are_of_the_glossary() -> None:
    assert [found for path, text in files().items() for found in names_in(path, text)] == []


def test_lines_fit() -> None:
    assert [found for path, text in files().items() for found in long_lines(path, text)] == []


# The checks themselves.


FOUND = {
    "a.py": (
        "release_refused = 1",
        "class ListRefusal:",
        "rehearsal: Ledger",
        "with ledger.undone(run):",
        "numbers = _foresee(night)",
        "def emit_workbook():",
        "DOORS = {}",
        '"""The street from end to end."""',
    ),
    "a.md": ("It REFUSES to run.", "the only door to it", "when a night needs an eye"),
    "a.sql": ("-- the rooms of the link",),
}
LEFT = {
    "a.md": ("`test_what_is_refused` names it",),
    "a.py": (
        "Connection refused",
        "if self._has_room(windows):",
        '"wordt door Exact geweigerd"',
        "committed, limit, permit",
    ),
    "include/sql/james/debtors.sql": ("    d.straat::text as street,",),
    "plugins/exact_online/reasons.toml": ("patterns = ['refused by us']",),
}


def cases(of: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(path, line) for path, lines in of.items() for line in lines]


@pytest.mark.parametrize(("path", "line"), cases(FOUND))
def test_a_word_that_is_not_used_is_found(path: str, line: str) -> None:
    assert list(words_in(path, line)) != []


@pytest.mark.parametrize(("path", "line"), cases(LEFT))
def test_a_word_that_is_right_is_left(path: str, line: str) -> None:
    assert list(words_in(path, line)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "class Matter: ..."),
        ("a.py", "open_concerns = 1"),
        ("a.py", "f(notices=2)"),
        ("a.py", "def readiness_complaints(): ..."),
        ("a.py", "relation_account = 1"),
        ("a.sql", "insert into notice"),
        ("a.sql", "select debtor_account from x"),
    ],
)
def test_a_name_that_is_not_used_is_found(path: str, text: str) -> None:
    assert list(names_in(path, text)) != []


@pytest.mark.parametrize("text", ["# a matter of speed", "'a notice'", "receivables_account = accounts"])
def test_a_sentence_and_a_ledger_account_are_left(text: str) -> None:
    assert list(names_in("a.py", text)) == []


@pytest.mark.parametrize(
    ("path", "text", "columns"),
    [
        ("a.py", '"""' + "x" * 95 + '"""', 101),
        ("a.py", "# " + "x" * 99, 101),
        ("a.py", 'x = 1\n"""' + "y" * 95 + '"""', 101),
        ("a.py", "x = '" + "x" * 105 + "'", 111),
        ("a.sql", "-- " + "x" * 98, 101),
        ("a.md", "x" * 101, 101),
    ],
)
def test_a_line_that_is_too_long_is_found(path: str, text: str, columns: int) -> None:
    (found,) = long_lines(path, text)
    assert f" {columns} columns" in found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "x = '" + "x" * 104 + "'"),
        ("a.md", "| " + "x" * 200 + " |"),
        ("a.md", "```\n" + "x" * 200 + "\n```"),
        ("a.md", "[short](https://" + "x" * 200 + ")"),
        ("a.toml", "x" * 200),
    ],
)
def test_a_table_a_block_and_an_address_may_be_wide(path: str, text: str) -> None:
    assert list(long_lines(path, text)) == []


if __name__ == "__main__":
    for judged_path, judged_text in files().items():
        for judge in (words_in, names_in, long_lines):
            for sentence in judge(judged_path, judged_text):
                print(sentence)
