"""Ids of what this simulator does not keep: an asset, a project, another division's (fact 4.7a)."""

from __future__ import annotations

from simulator import messages
from simulator.contract import CONTRACT, Resource
from simulator.division import Division
from simulator.rejections import content_rejection
from simulator.tables import Row

_CHECKED_ELSEWHERE = frozenset(
    {
        "Account",
        "Customer",
        "EntryID",
        "GLAccount",
        "GLAP",
        "GLAR",
        "GLToClaim",
        "GLToPay",
        "MainContact",
        "OffsetID",
        "VATCodeID",
    }
)
_KEPT = {"Document": "Documents"}


def resolve(division: Division, resource: Resource, values: Row) -> None:
    """Set unknown optional references to null without a word, or reject them, as the switch says.

    Lines included.
    """
    for name, value in values.items():
        prop = resource.properties.get(name)
        if prop is None or value is None:
            continue
        if prop.lines in CONTRACT and isinstance(value, list):
            for line in value:
                resolve(division, CONTRACT[prop.lines], line)
        elif (
            prop.type == "Guid"
            and name != resource.key
            and name not in _CHECKED_ELSEWHERE
            and not _known(division, name, value)
        ):
            if division.switches.unknown_optional_references == "rejected":
                raise content_rejection(messages.invalid_reference(name))
            values[name] = None


def _known(division: Division, name: str, value: str) -> bool:
    return name in _KEPT and division[_KEPT[name]].get(value) is not None
