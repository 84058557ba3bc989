"""The text of a ``$filter`` -> a tree (lark). What it means is in filters.py."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from simulator import values
from simulator.rejections import Rejection, bad_request

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
    DOUBLE.1: /-?[0-9]+((\.[0-9]+)?[eE][+-]?[0-9]+[dDmMfF]?|\.[0-9]+[dDmMfF]?|[dDmMfF])(?![A-Za-z0-9_.])/
    INTEGER: /-?[0-9]+(?![A-Za-z0-9_.])/
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    %ignore /[ \t\r\n]+/
"""


DEPTH = 100


SYNTAX_ERROR = "Bad Request - Error in query syntax."


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the filter."""

    type: str
    value: Any
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    """A property named in the filter."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]
    at: int
    depth: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two operands and the operator between them."""

    operator: str
    left: Node
    right: Node
    at: int
    """Place of the operator in the text, as the messages give it."""
    depth: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by and, or, not."""

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
    """Return the tree of a filter; Rejection 400 when the text is none."""
    try:
        node: Node = _parser().parse(text)  # type: ignore[assignment]
    except VisitError as error:
        raise error.orig_exc if isinstance(error.orig_exc, Rejection) else bad_request(SYNTAX_ERROR) from None
    except UnexpectedInput:
        raise bad_request(SYNTAX_ERROR) from None
    return node
