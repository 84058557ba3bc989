"""The options of a read, and the rules about them (facts 1.11 to 1.14, 1.30, 1a)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from simulator.contract import CONTRACT, WIDE, Property, Resource
from simulator.filter_tree import SYNTAX_ERROR
from simulator.filters import Filter, compile_filter
from simulator.rejections import bad_request
from simulator.switches import Switches

URL_LIMIT = 6000
"""Fact 1.30."""
_KNOWN = {
    "$select",
    "$filter",
    "$expand",
    "$orderby",
    "$top",
    "$skip",
    "$skiptoken",
    "$inlinecount",
    "$format",
}
SELECT_OR_TOP = "Please add a $select or a $top=1 statement to the query string."
LINES_OF = {
    "SalesEntryLines": "EntryID",
    "GeneralJournalEntryLines": "EntryID",
    "BankAccounts": "Account",
    "VATPercentages": "VATCodeID",
}
"""Navigation collection -> the property of its rows that holds the owner's key."""
LINE_RESOURCES = {"VATPercentages": "VatPercentages"}


@dataclass(frozen=True)
class Query:
    """The options of one read."""

    select: tuple[str, ...] | None = None
    """Own properties, in the order of the contract; None = all."""
    line_select: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expand: frozenset[str] = frozenset()
    filter: Filter | None = None
    order: tuple[tuple[str, bool], ...] = ()
    """(property, descending)."""
    top: int | None = None
    skip: int = 0
    skiptoken: str | None = None
    count: bool = False
    given: tuple[tuple[str, str], ...] = ()
    """The options as they came, for ``__next``."""


def options(query_string: str) -> dict[str, str]:
    """Return the options and other parameters of a query string.

    Rejection 400 on an unknown or doubled option, or too long an address.
    """
    if len(query_string) > URL_LIMIT:
        raise bad_request("Bad Request - Request URL Too Long")
    found: dict[str, str] = {}
    for part in query_string.split("&") if query_string else ():
        name, _, text = part.partition("=")
        name = unquote_plus(name)
        if name.startswith("$") and name not in _KNOWN:
            raise bad_request(
                f"The query parameter '{name}' begins with a system-reserved '$' character "
                "but is not recognized."
            )
        if name.startswith("$") and name in found:
            raise bad_request(
                f"Query parameter '{name}' is specified, but it should be specified exactly once."
            )
        found[name] = unquote_plus(text)
    return found


def read_query(
    resource: Resource, given: dict[str, str], switches: Switches, *, single: bool = False
) -> Query:
    """Return the options of a read, checked against the rules of that resource.

    Rejection 400 otherwise.
    """
    select, line_select, expand = _parse_select(resource, given.get("$select"), given.get("$expand"))
    query = Query(
        select=select,
        line_select=line_select,
        expand=expand,
        filter=_parse_filter(resource, given.get("$filter"), switches),
        order=_parse_order(resource, given.get("$orderby")),
        top=_parse_number(given.get("$top"), "$top"),
        skip=_parse_number(given.get("$skip"), "$skip") or 0,
        skiptoken=given.get("$skiptoken"),
        count=_wants_count(given.get("$inlinecount")),
        given=tuple((name, text) for name, text in given.items() if name != "$skiptoken"),
    )
    if not single:
        _check_rules(resource, given, query, switches)
    return query


def _check_rules(resource: Resource, given: dict[str, str], query: Query, switches: Switches) -> None:
    if resource.select_mandatory and query.select is None:
        raise bad_request(SELECT_OR_TOP)
    if resource.name in WIDE and switches.wide_reads != "free" and query.select is None and query.top != 1:
        raise bad_request(SELECT_OR_TOP)
    if resource.family == "sync" and given.get("$select", "").strip() == "*":
        raise bad_request("$select=* is not supported.")
    if "$skip" in given and resource.family != "regular":
        raise bad_request("The $skip parameter is not supported for this resource.")
    fields = query.filter.fields if query.filter else frozenset()
    if resource.filter_only and fields - resource.filter_only:
        raise bad_request(
            f"Filtering on these fields is not supported: {','.join(sorted(fields - resource.filter_only))}"
        )
    if resource.filter_fields and resource.table == "Accounts":
        _check_account_rules(resource, fields, switches)
    if (
        resource.filter_fields
        and resource.table == "TransactionLines"
        and switches.transaction_line_filter != "any_field"
    ):
        _check_listed_fields(resource, fields)


def _check_account_rules(resource: Resource, fields: frozenset[str], switches: Switches) -> None:
    if switches.account_filter == "mandatory" and not fields & resource.filter_fields:
        raise bad_request(
            "This endpoint has mandatory filtering applied. A GET request for this endpoint must have a "
            "$filter parameter with one of the "
            f"following fields in the url:{','.join(resource.filter_field_list)}."
        )
    if resource.family == "bulk":
        _check_listed_fields(resource, fields)


def _check_listed_fields(resource: Resource, fields: frozenset[str]) -> None:
    if fields - resource.filter_fields:
        raise bad_request(
            f"Filtering on these fields is not supported: {','.join(sorted(fields - resource.filter_fields))}"
        )


def _split_names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _parse_select(
    resource: Resource, text: str | None, expand_text: str | None
) -> tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]], frozenset[str]]:
    expand = frozenset(_split_names(expand_text or ""))
    for name in expand:
        _property_named(resource, name, collection=True)
    if not text or text.strip() == "*":
        return None, {}, expand
    own: set[str] = set()
    lines: dict[str, list[str]] = {}
    for name in _split_names(text):
        head, _, tail = name.partition("/")
        prop = _property_named(resource, head)
        own.add(head)
        if tail:
            lines.setdefault(head, []).extend(_line_properties(prop, tail, expand))
    return (
        tuple(name for name in resource.properties if name in own),
        {name: tuple(wanted) for name, wanted in lines.items()},
        expand,
    )


def _line_properties(prop: Property, tail: str, expand: frozenset[str]) -> list[str]:
    """``SalesEntryLines/AmountFC``: allowed only for what is expanded."""
    if prop.name not in expand or prop.lines is None:
        raise bad_request(
            f"Only properties of expanded navigation properties can be selected: '{prop.name}/{tail}'."
        )
    target = CONTRACT[LINE_RESOURCES.get(prop.lines, prop.lines)]
    if tail == "*":
        return list(target.properties)
    _property_named(target, tail)
    return [tail]


def _property_named(resource: Resource, name: str, *, collection: bool = False) -> Property:
    prop = resource.properties.get(name)
    if prop is None or (collection and (prop.lines is None or prop.lines not in LINES_OF)):
        raise bad_request(f"Could not find a property named '{name}' on type '{resource.class_name}'.")
    return prop


def _parse_filter(resource: Resource, text: str | None, switches: Switches) -> Filter | None:
    if text is None:
        return None
    return compile_filter(text, resource, switches.date_literal_without_time == "accepted")


def _parse_order(resource: Resource, text: str | None) -> tuple[tuple[str, bool], ...]:
    if text is None:
        return ()
    found = []
    for part in _split_names(text):
        name, _, direction = part.partition(" ")
        if _property_named(resource, name).nested or direction.strip() not in {"", "asc", "desc"}:
            raise bad_request(SYNTAX_ERROR)
        found.append((name, direction.strip() == "desc"))
    return tuple(found)


def _parse_number(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise bad_request(f"Incorrect format for {name} argument '{text}'.")
    return int(text)


def _wants_count(text: str | None) -> bool:
    if text not in {None, "none", "allpages"}:
        raise bad_request("Unknown $inlinecount option, only 'allpages' and 'none' are supported.")
    return text == "allpages"
