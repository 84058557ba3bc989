"""What people do by hand in Exact, in the simulator's world."""

from __future__ import annotations

from typing import Any

from simulator.accounting import journal, sales
from simulator.tables import Row
from tests.link.small import SmallLink

Lines = list[dict[str, Any]]


def entry_of(link: SmallLink, reference: int | str) -> Row:
    """Return the one entry that bears a reference."""
    (entry,) = link.entries(reference)
    return entry


def remove(link: SmallLink, reference: int | str) -> None:
    """Delete an entry."""
    entry = entry_of(link, reference)
    with link.world.lock:
        delete = sales.remove if "Journal" in entry else journal.remove
        delete(link.division, entry, None)


def change_amount(link: SmallLink, reference: int | str, euros: float) -> None:
    """Give the first line of a sales entry another amount; Exact computes the rest."""
    with link.world.lock:
        line = sales.lines_of(link.division, entry_of(link, reference)["EntryID"])[0]
        sales.change_line(link.division, line, {"AmountFC": euros}, None)


def change(link: SmallLink, reference: int | str, **values: Any) -> None:
    """Change the header of a sales entry."""
    with link.world.lock:
        sales.change(link.division, entry_of(link, reference), values, None)


def change_line(link: SmallLink, reference: int | str, **values: Any) -> None:
    """Change the first line of a sales entry."""
    with link.world.lock:
        line = sales.lines_of(link.division, entry_of(link, reference)["EntryID"])[0]
        sales.change_line(link.division, line, values, None)


def change_booked(link: SmallLink, reference: int | str, number: int, **values: Any) -> None:
    """Change a line as it is booked, with what Exact would not let anybody change."""
    entry_id = entry_of(link, reference)["EntryID"]
    with link.world.lock:
        for line in list(link.division["TransactionLines"].find("EntryID", entry_id)):
            if line["LineNumber"] == number:
                link.division.save("TransactionLines", {**line, **values})


def copy_of(link: SmallLink, reference: int | str, **values: Any) -> Row:
    """Return what to type to enter a sales entry once more."""
    entry = entry_of(link, reference)
    names = ("Journal", "Customer", "EntryDate", "YourRef", "Description", "PaymentCondition", "EntryNumber")
    lines = sales.lines_as_sent(sales.lines_of(link.division, entry["EntryID"]))
    kept = ("GLAccount", "VATCode", "AmountFC", "VATAmountFC", "Description")
    return {
        **{name: entry[name] for name in names},
        "SalesEntryLines": [{name: line[name] for name in kept} for line in lines],
        **values,
    }


def enter(link: SmallLink, values: Row) -> Row:
    """Enter a sales entry."""
    with link.world.lock:
        return sales.book(link.division, dict(values), None)
