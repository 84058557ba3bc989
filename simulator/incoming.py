"""The body of a POST or PUT -> values to keep, by the contract (facts 1.3, 1.17, 1.21, 1.25)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from simulator import messages, values
from simulator.contract import CONTRACT, Property, Resource
from simulator.queries import LINE_RESOURCES
from simulator.rejections import bad_request, content_rejection
from simulator.switches import Switches
from simulator.tables import Row

MALFORMED = "Error processing request stream. The request should be a valid top-level resource object."
BINDING = "Error processing request stream. Binding to new entities is not supported for this request."


def read_body(resource: Resource, body: bytes, method: str, switches: Switches) -> Row:
    """Return the values of writable properties, converted; read-only ones are ignored.

    Rejection 400 when the body is no resource object.
    """
    try:
        entity = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise bad_request(MALFORMED) from None
    return _entity(resource, entity, method, switches)


def _no_constant(_text: str) -> NoReturn:
    """NaN and Infinity are not JSON."""
    raise ValueError


def _entity(resource: Resource, entity: Any, method: str, switches: Switches) -> Row:
    if not isinstance(entity, dict):
        raise bad_request(MALFORMED)
    found: Row = {}
    for name, value in entity.items():
        if name == "__metadata":
            continue
        prop = resource.properties.get(name)
        if prop is None:
            raise bad_request(
                f"Error processing request stream. The property name '{name}' specified for "
                f"type '{resource.class_name}' is not valid."
            )
        if prop.nested:
            _lines(prop, value, method, switches, found)
        elif prop.writable(method):
            found[name] = _value(prop, value, switches)
        elif name == "Type" and resource.name == "SalesEntries" and switches.credit_note_type == "as_sent":
            found["_sent_type"] = value if value in {20, 21} else None
    if switches.own_keys == "ignored" and resource.key in found:
        del found[resource.key]
    return found


def _value(prop: Property, value: Any, switches: Switches) -> Any:
    if prop.type == "String" and type(value) in {int, float} and switches.numbers_as_text == "accepted":
        value = str(value)
    kept = values.incoming(prop, value, switches.zoned_dates)
    if prop.type != "String" or kept is None:
        return kept
    kept = prop.padded(kept)
    if prop.max_length and len(kept.rstrip()) > prop.max_length and not prop.right_aligned:
        if switches.too_long_texts == "rejected":
            raise content_rejection(messages.too_long(prop.name, prop.max_length))
        return kept[: prop.max_length]
    return kept


def _lines(prop: Property, value: Any, method: str, switches: Switches, found: Row) -> None:
    """A deep insert works on POST only (facts 1.25, 1.26)."""
    if method != "POST":
        raise bad_request(BINDING)
    if not prop.post or prop.lines is None:
        return
    target = CONTRACT.get(LINE_RESOURCES.get(prop.lines, prop.lines))
    if target is None:
        return
    given = value.get("results") if isinstance(value, dict) else value
    if not isinstance(given, list):
        raise bad_request(MALFORMED)
    found[prop.name] = [_line(target, line, switches) for line in given]


def _line(target: Resource, line: Any, switches: Switches) -> Row:
    if target.methods == {"GET"}:
        return _all_writable(target, line, switches)
    return _entity(target, line, "POST", switches)


def _all_writable(target: Resource, line: Any, switches: Switches) -> Row:
    """VATPercentages can be given inside a VAT code although the resource itself is read-only (fact
    4.12)."""
    if not isinstance(line, dict):
        raise bad_request(MALFORMED)
    return {
        name: _value(target.properties[name], value, switches)
        for name, value in line.items()
        if name in target.properties
    }
