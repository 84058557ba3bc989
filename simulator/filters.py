"""``$filter`` of OData v2: text -> tree (lark) -> a test on a row, with the texts Exact answers on what it can't read.

Known: eq ne gt ge lt le, and or not, parentheses, substringof startswith endswith trim, and the literals of fact 1.14.
Refused: arithmetic, navigation (fact 1.12), a field against a field.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from simulator import values
from simulator.contract import Resource
from simulator.derived import READERS
from simulator.division import Division
from simulator.refusals import Refusal, bad_request
from simulator.tables import Row

GRAMMAR = r"""
    ?start: disjunction
    ?disjunction: conjunction (OR conjunction)*
    ?conjunction: negation (AND negation)*
    ?negation: NOT negation -> negated
             | comparison
    ?comparison: operand OPERATOR operand -> compared
               | operand
    ?operand: "(" disjunction ")"
            | NAME "(" [disjunction ("," disjunction)*] ")" -> called
            | NAME -> field
            | GUID -> guid
            | DATETIME -> datetime
            | STRING -> string
            | INT64 -> int64
            | INTEGER -> integer
            | DOUBLE -> double
            | TRUE -> true
            | FALSE -> false
            | NULL -> null
    OPERATOR.2: /(eq|ne|gt|ge|lt|le)(?![A-Za-z0-9_])/
    OR.2: /or(?![A-Za-z0-9_])/
    AND.2: /and(?![A-Za-z0-9_])/
    NOT.2: /not(?![A-Za-z0-9_])/
    TRUE.2: /true(?![A-Za-z0-9_])/
    FALSE.2: /false(?![A-Za-z0-9_])/
    NULL.2: /null(?![A-Za-z0-9_])/
    GUID.3: /guid'[^']*'/
    DATETIME.3: /datetime'[^']*'/
    STRING: /'(?:[^']|'')*'/
    INT64.2: /-?[0-9]+[lL](?![A-Za-z0-9_])/
    DOUBLE.1: /-?[0-9]+(\.[0-9]+([eE][+-]?[0-9]+)?[dDmMfF]?|[eE][+-]?[0-9]+[dDmMfF]?|[dDmMfF])(?![A-Za-z0-9_.])/
    INTEGER: /-?[0-9]+(?![A-Za-z0-9_.])/
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    %ignore /[ \t\r\n]+/
"""
DEPTH = 100
SYNTAX_ERROR = "Bad Request - Error in query syntax."

Value = Callable[[Row, Division], Any]


@dataclass(frozen=True, slots=True)
class Literal:
    type: str
    value: Any
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]
    at: int
    depth: int


@dataclass(frozen=True, slots=True)
class Compared:
    operator: str
    left: Node
    right: Node
    at: int
    """Place of the operator in the text, as the messages give it."""
    depth: int


@dataclass(frozen=True, slots=True)
class Joined:
    word: str
    """and, or, not."""
    parts: tuple[Node, ...]
    depth: int


Node = Literal | Field | Call | Compared | Joined


def _deeper(*nodes: Node) -> int:
    depth = 1 + max((getattr(node, "depth", 0) for node in nodes), default=0)
    if depth > DEPTH:
        raise bad_request(SYNTAX_ERROR)
    return depth


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Builds the nodes while lark parses."""

    def disjunction(self, *parts: Any) -> Node:
        return self._joined("or", parts)

    def conjunction(self, *parts: Any) -> Node:
        return self._joined("and", parts)

    def _joined(self, word: str, parts: tuple[Any, ...]) -> Node:
        nodes = parts[::2]
        return nodes[0] if len(nodes) == 1 else Joined(word, nodes, _deeper(*nodes))

    def negated(self, _word: Token, part: Node) -> Node:
        return Joined("not", (part,), _deeper(part))

    def compared(self, left: Node, word: Token, right: Node) -> Node:
        return Compared(str(word), left, right, word.start_pos or 0, _deeper(left, right))

    def called(self, name: Token, *arguments: Node | None) -> Node:
        given = tuple(argument for argument in arguments if argument is not None)
        return Call(str(name), given, name.start_pos or 0, _deeper(*given))

    def field(self, name: Token) -> Node:
        return Field(str(name), name.start_pos or 0)

    def guid(self, token: Token) -> Node:
        try:
            return _literal("Guid", values.guid(token[5:-1]), token)
        except ValueError:
            raise bad_request(SYNTAX_ERROR) from None

    def datetime(self, token: Token) -> Node:
        try:
            return _literal("DateTime", (values.stamp(token[9:-1]), "T" in token), token)
        except (ValueError, OverflowError):
            raise bad_request(SYNTAX_ERROR) from None

    def string(self, token: Token) -> Node:
        return _literal("String", token[1:-1].replace("''", "'"), token)

    def int64(self, token: Token) -> Node:
        return _literal("Int64", _integer(token[:-1]), token)

    def integer(self, token: Token) -> Node:
        number = _integer(token)
        return _literal("Int32" if -(2**31) <= number < 2**31 else "Int64", number, token)

    def double(self, token: Token) -> Node:
        return _literal("Double", float(token.rstrip("dDmMfF")), token)

    def true(self, token: Token) -> Node:
        return _literal("Boolean", True, token)

    def false(self, token: Token) -> Node:
        return _literal("Boolean", False, token)

    def null(self, token: Token) -> Node:
        return _literal("Null", None, token)


def _literal(kind: str, value: Any, token: Token) -> Literal:
    return Literal(kind, value, token.start_pos or 0)


def _integer(text: str) -> int:
    if len(text) > 20:
        raise bad_request(SYNTAX_ERROR)
    return int(text)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_Tree(), maybe_placeholders=False)


@lru_cache(maxsize=2048)
def parse(text: str) -> Node:
    """The tree of a filter; Refusal 400 when it is none."""
    try:
        node: Node = _parser().parse(text)  # type: ignore[assignment]
    except VisitError as error:
        raise error.orig_exc if isinstance(error.orig_exc, Refusal) else bad_request(SYNTAX_ERROR) from None
    except UnexpectedInput:
        raise bad_request(SYNTAX_ERROR) from None
    return node


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter compiled for one resource."""

    matches: Value
    fields: frozenset[str]
    equals: tuple[tuple[str, Any], ...]
    """(field, literal) pairs that must all hold, whatever else is asked: a way to start from an index."""
    after: int | None
    """The n of a ``Timestamp gt n`` that must hold: where a sync read starts."""


@lru_cache(maxsize=2048)
def compile_filter(text: str, resource: Resource, date_only_accepted: bool) -> Filter:
    """Refusal 400 when the text is no filter, names an unknown property, or compares what can't be compared."""
    tree = parse(text)
    compiler = _Compiler(resource, date_only_accepted)
    kind, test = compiler.expression(tree)
    if kind != "Boolean":
        raise bad_request("Expression of type 'System.Boolean' expected at position 0.")
    needed = list(_needed(tree))
    equals = tuple((node.left.name, node.right.value) for node in needed if node.operator == "eq")  # type: ignore[union-attr]
    after = [node.right.value for node in needed if node.operator == "gt" and node.left.name == "Timestamp"]  # type: ignore[union-attr]
    return Filter(test, frozenset(compiler.fields), equals, max(after, default=None))


def _needed(tree: Node) -> list[Compared]:
    """The plain ``field operator literal`` comparisons that every matching row satisfies."""
    if isinstance(tree, Joined) and tree.word == "and":
        return [node for part in tree.parts for node in _needed(part)]
    plain = isinstance(tree, Compared) and isinstance(tree.left, Field) and isinstance(tree.right, Literal)
    return [tree] if plain and isinstance(tree, Compared) else []


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
            raise bad_request(f"No property '{node.name}' exists in type '{self.resource.class_name}' at position {node.at}.")
        self.fields.add(node.name)
        return prop.type, READERS[self.resource.name][node.name]

    def _call(self, node: Call) -> tuple[str, Value]:
        wanted = {"substringof": 2, "startswith": 2, "endswith": 2, "trim": 1}.get(node.name)
        if wanted is None:
            raise bad_request(f"Unknown function '{node.name}' at position {node.at}.")
        arguments = [self.expression(argument) for argument in node.arguments]
        if len(arguments) != wanted or any(kind not in {"String", "Null"} for kind, _ in arguments):
            raise bad_request(f"No applicable function found for '{node.name}' at position {node.at} with the specified arguments.")
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
