"""What Exact answers to an XML upload: a message for each element. Pure.

Facts (Exact): 200 with ``eExact/Messages/Message``; its `type` is 0 error, 1 warning, 2 done, 3
fatal; ``Topic/Data`` names the element by `keyAlt`, of an entry its number, and by `key`, the id
that it got. Nothing says that the messages have the order of the elements, or that each element
has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID
from xml.etree import ElementTree

DONE, WARNING = "2", "1"
ERRORS = frozenset({"0", "3", "4"})
"""Error, fatal, and one that a single client takes for an error as well."""


@dataclass(frozen=True)
class Message:
    """What Exact says of one element."""

    kind: str
    number: int | None
    """The entry number that names the element; None when it names none."""
    exact_id: str | None
    text: str = field(default="", repr=False)
    """Exact's own words; may name people: for the ledger, not for logs."""


class _NoDoctype(ElementTree.TreeBuilder):
    """Takes no document type, so that no answer can declare an entity."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("an XML answer with a document type")


def parse_messages(body: bytes) -> Sequence[Message]:
    """Return the messages of an answer, in its order.

    Raises ValueError when it is no answer to an upload.
    """
    try:
        parser = ElementTree.XMLParser(target=_NoDoctype())
        root = ElementTree.fromstring(body, parser)
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML ({error})") from None
    if root.tag != "eExact" or root.find("Messages") is None:
        raise ValueError("XML that is no answer to an upload")
    return [_message(each) for each in root.iterfind("Messages/Message")]


def _message(element: ElementTree.Element) -> Message:
    data = element.find("Topic/Data")
    number, key = ("", "") if data is None else (data.get("keyAlt", "").strip(), data.get("key", ""))
    is_number = number.isascii() and number.isdecimal() and len(number) < 11
    return Message(
        kind=element.get("type", ""),
        number=int(number) if is_number else None,
        exact_id=_guid_or_none(key),
        text=(element.findtext("Description") or "").strip(),
    )


def _guid_or_none(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
