"""Topic Accounts of the XML upload: relations by code, made or changed (facts 5.6 and 5.14)."""

from __future__ import annotations

from xml.etree import ElementTree

from simulator import messages
from simulator.division import Division
from simulator.rejections import content_rejection
from simulator.tables import Row

TOPIC = "Accounts"
FIELDS = {
    "Name": "Name",
    "Email": "Email",
    "Address/AddressLine1": "AddressLine1",
    "Address/PostalCode": "Postcode",
    "Address/City": "City",
}


def save(division: Division, element: ElementTree.Element, user: str | None) -> Row:
    """Make a relation, or change the one of its code, and return it; Rejection otherwise.

    What the element leaves out stays as it is.
    """
    code = element.get("code", "").strip()
    texts = {field: element.findtext(path) for path, field in FIELDS.items()}
    given: Row = {field: text for field, text in texts.items() if text}
    country = element.find("Address/Country")
    if country is not None and country.get("code"):
        given["Country"] = country.get("code")
    if element.get("status"):
        given["Status"] = element.get("status")
    known = division.find_by_code("Accounts", code) if code else None
    if not code or (known is None and "Name" not in given):
        raise content_rejection(messages.mandatory("Code" if not code else "Name"))
    if known is None:
        return division.add("Accounts", {"Code": code.rjust(18), **given}, user)
    return division.save("Accounts", {**known, **given})
