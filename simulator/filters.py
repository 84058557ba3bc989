"""What a ``$filter`` means: a test on a row, or the error of what can't be compared.

Known: eq ne gt ge lt le, and or not, parentheses, substringof startswith endswith trim, and the
literals of fact 1.14. Rejected: arithmetic, navigation (fact 1.12), a field against a field.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.contract import Resource
from simulator.derived import READERS
from simulator.division import Division
from simulator.filter_tree import SYNTAX_ERROR, Call, Compared, Field, Joined, Literal, Node, parse
from simulator.rejections import bad_request
from simulator.tables import Row

Value = Callable[[Row, Division], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter compiled for one resource."""

    matches: Value
    fields: frozenset[str]
    equals: tuple[tuple[str, Any], ...]
    """(field, literal) pairs that must all hold, whatever else is asked: a way to start from an
    index."""
    after: int | None
    """The n of a ``Timestamp gt n`` that must hold: where a sync read starts."""


@lru_cache(maxsize=2048)
def compile_filter(text: str, resource: Resource, date_only_accepted: bool) -> Filter:
    """Return the compiled filter.

    Rejection 400 when the text is no filter, names an unknown property, or compares what can't be
    compared.
    """
    tree = parse(text)
    compiler = _Compiler(resource, date_only_accepted)
    kind, test = compiler.expression(tree)
    if kind != "Boolean":
        raise bad_request("Expression of type 'System.Boolean' expected at position 0.")
    required = _required_comparisons(tree)
    equals = tuple((name, value) for name, word, value in required if word == "eq")
    after = [value for name, word, value in required if word == "gt" and name == "Timestamp"]
    return Filter(test, frozenset(compiler.fields), equals, max(after, default=None))


def _required_comparisons(tree: Node) -> list[tuple[str, str, Any]]:
    """Return (field, operator, literal) of the comparisons that every matching row satisfies."""
    match tree:
        case Joined(word="and", parts=parts):
            return [each for part in parts for each in _required_comparisons(part)]
        case Compared(operator=word, left=Field(name=name), right=Literal(value=value)):
            return [(name, word, value)]
        case _:
            return []


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_NUMBERS = {"Byte", "Int16", "Int32", "Int64", "Double"}
_ONLY_EQUALITY = {"Guid", "Boolean", "Null", "Binary"}


class _Compiler:
    def __init__(self, resource: Resource, date_only_accepted: bool) -> None:
        self.resource = resource
        self.date_only_accepted = date_only_accepted
        self.fields: set[str] = set()

    def expression(self, node: Node) -> tuple[str, Value]:
        match node:
            case Literal():
                return self._constant(node)
            case Field():
                return self._field(node)
            case Call():
                return self._call(node)
            case Compared():
                return self._comparison(node)
            case Joined():
                return self._joined(node)

    def _constant(self, node: Literal) -> tuple[str, Value]:
        value = node.value
        if node.type == "DateTime":
            value, with_time = node.value
            if not with_time and not self.date_only_accepted:
                raise bad_request(SYNTAX_ERROR)
        return node.type, lambda row, division: value

    def _field(self, node: Field) -> tuple[str, Value]:
        prop = self.resource.properties.get(node.name)
        if prop is None or prop.nested:
            raise bad_request(
                f"No property '{node.name}' exists in type '{self.resource.class_name}' "
                f"at position {node.at}."
            )
        self.fields.add(node.name)
        return prop.type, READERS[self.resource.name][node.name]

    def _call(self, node: Call) -> tuple[str, Value]:
        wanted = {"substringof": 2, "startswith": 2, "endswith": 2, "trim": 1}.get(node.name)
        if wanted is None:
            raise bad_request(f"Unknown function '{node.name}' at position {node.at}.")
        arguments = [self.expression(argument) for argument in node.arguments]
        if len(arguments) != wanted or any(kind not in {"String", "Null"} for kind, _ in arguments):
            raise bad_request(
                f"No applicable function found for '{node.name}' at position {node.at} "
                "with the specified arguments."
            )
        return _function(node.name, [read for _, read in arguments])

    def _comparison(self, node: Compared) -> tuple[str, Value]:
        if isinstance(node.left, Field) and isinstance(node.right, Field):
            raise bad_request(SYNTAX_ERROR)
        (left_type, left), (right_type, right) = self.expression(node.left), self.expression(node.right)
        if not _comparable(node.operator, left_type, right_type):
            raise bad_request(
                f"Operator '{node.operator}' incompatible with operand types "
                f"'System.{left_type}' and 'System.{right_type}' at position {node.at}."
            )
        return "Boolean", _compare(node.operator, left, right)

    def _joined(self, node: Joined) -> tuple[str, Value]:
        parts = [self.expression(part) for part in node.parts]
        if any(kind != "Boolean" for kind, _ in parts):
            raise bad_request(SYNTAX_ERROR)
        tests = [test for _, test in parts]
        if node.word == "not":
            test = tests[0]
            return "Boolean", lambda row, division: not test(row, division)
        many = all if node.word == "and" else any
        return "Boolean", lambda row, division: many(test(row, division) for test in tests)


def _comparable(word: str, left: str, right: str) -> bool:
    if "Null" in {left, right}:
        return word in {"eq", "ne"}
    if left in _NUMBERS and right in _NUMBERS:
        return True
    return left == right and (word in {"eq", "ne"} or left not in _ONLY_EQUALITY)


def _compare(word: str, left: Value, right: Value) -> Value:
    compare = _COMPARE[word]
    if word in {"eq", "ne"}:
        return lambda row, division: compare(left(row, division), right(row, division))

    def ordered(row: Row, division: Division) -> bool:
        one, other = left(row, division), right(row, division)
        return one is not None and other is not None and compare(one, other)

    return ordered


def _function(name: str, arguments: list[Value]) -> tuple[str, Value]:
    def texts(row: Row, division: Division) -> list[str]:
        return [argument(row, division) or "" for argument in arguments]

    if name == "trim":
        return "String", lambda row, division: texts(row, division)[0].strip()
    if name == "substringof":
        return "Boolean", lambda row, division: operator.contains(*reversed(texts(row, division)))
    method = getattr(str, name)
    return "Boolean", lambda row, division: method(*texts(row, division))
