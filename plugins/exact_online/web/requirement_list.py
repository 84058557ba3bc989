"""The list of requirements as the page of a practice and that of a signed link both show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exact_online.ledger import Ledger, Practice
from exact_online.requirements import Item, Requirement, confirm, known, to_confirm
from exact_online.web.view import View

GROUPS = ("access", "journals", "vat", "accounts", "conditions", "relations", "periods")
"""The headings, in their order."""


def list_of(ledger: Ledger, practice: Practice) -> dict[str, Any]:
    """Return what the template needs: the list by heading, and who read it when.

    Before it was read it has what a person can confirm already.
    """
    checked = known(ledger, practice.code)
    groups: dict[str, list[Requirement]] = {group: [] for group in GROUPS}
    for requirement in checked.requirements if checked else to_confirm(ledger, practice):
        groups[requirement.group].append(requirement)
    return {"checked": checked, "groups": {name: found for name, found in groups.items() if found}}


def confirmed(view: View, ledger: Ledger, practice: Practice, sent: Mapping[str, str], by: str) -> str | None:
    """Keep a person's word about the item that was sent; return why not, or None.

    Whose division it is, is confirmed by typing its name.
    """
    code = sent.get("item", "")
    if code not in set(Item):
        return view.text("Choose one of the list.")
    typed = sent.get("typed", "").strip().casefold()
    if code == Item.IDENTITY and typed != (practice.division_name or "").strip().casefold():
        return view.text("Type the name of the division exactly as it is shown.")
    if not confirm(ledger, practice, Item(code), by):
        return view.text("This needs no confirmation any more.")
    return None
