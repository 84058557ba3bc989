"""The answer for a client that does not ask for JSON: Atom (fact 1.2)."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from simulator.exchange import JsonResponse, Response

_ATOM = "http://www.w3.org/2005/Atom"
_DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices"
_METADATA = f"{_DATA}/metadata"
for _prefix, _name in {"": _ATOM, "d": _DATA, "m": _METADATA}.items():
    ElementTree.register_namespace(_prefix, _name)


def as_atom(answer: JsonResponse) -> Response:
    """Return a successful JSON answer as a feed, or as an entry for a single record."""
    found = json.loads(bytes(answer.body))["d"]
    rows = found.get("results") if isinstance(found, dict) else found
    if rows is None:
        root = _entry(found)
    else:
        root = ElementTree.Element(f"{{{_ATOM}}}feed")
        root.extend(_entry(row) for row in rows)
        if isinstance(found, dict) and "__next" in found:
            ElementTree.SubElement(root, f"{{{_ATOM}}}link", rel="next", href=found["__next"])
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, answer.status_code, media_type="application/atom+xml;charset=utf-8")


def _entry(row: dict[str, Any]) -> ElementTree.Element:
    entry = ElementTree.Element(f"{{{_ATOM}}}entry")
    ElementTree.SubElement(entry, f"{{{_ATOM}}}id").text = row.get("__metadata", {}).get("uri", "")
    content = ElementTree.SubElement(entry, f"{{{_ATOM}}}content", type="application/xml")
    properties = ElementTree.SubElement(content, f"{{{_METADATA}}}properties")
    for name, value in row.items():
        if name != "__metadata" and not isinstance(value, dict | list):
            _property(properties, name, value)
    return entry


def _property(properties: ElementTree.Element, name: str, value: Any) -> None:
    element = ElementTree.SubElement(properties, f"{{{_DATA}}}{name}")
    if value is None:
        element.set(f"{{{_METADATA}}}null", "true")
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = "".join(sign for sign in text if sign.isprintable() or sign in "\t\n\r")
