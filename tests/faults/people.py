"""What holds however people act: nothing goes both ways, or beside what they typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.faults.witnesses import Witnesses


def inv_1_one_way(seen: Witnesses) -> Iterator[str]:
    """M20: what stands in a valid workbook was not sent as well."""
    for row in seen.current:
        if row["state"] == "exported":
            made = [entry for entry in seen.ours[row["reference"]] if seen.by_hand.is_ours(entry["EntryID"])]
            if made:
                yield f"{row['source_key']} is handed over, and the link made {len(made)} entries of it"


def inv_1_nothing_beside_what_was_typed(seen: Witnesses) -> Iterator[str]:
    """FR-F5, FR-H9: while an entry stands that a person typed for an invoice, and James has it as
    it was then, the link makes none of its own.
    """
    for entry_id, typed in seen.by_hand.typed.items():
        entry, versions = seen.entries.get(entry_id), seen.link.james.written[typed.source_key]
        if entry is None or entry_id in seen.by_hand.changed or len(versions) != typed.versions:
            continue
        made = [row for row in seen.ours[versions[-1].reference] if seen.by_hand.is_ours(row["EntryID"])]
        if made:
            number = entry["EntryNumber"]
            yield f"{typed.source_key} was typed as {number}, and {len(made)} were made beside it"


def inv_8_acts(seen: Witnesses) -> Iterator[str]:
    """An invoice is closed by one act that stands, and a difference accepted by one."""
    acts = {
        row["act_id"]: row
        for row in seen.rows(
            "select * from act where practice = %(practice)s and taken_back_at is null order by act_id"
        )
    }
    closed = Counter(row["subject"] for row in acts.values() if row["act"] == "close")
    yield from (f"{key} is closed by {times} acts" for key, times in closed.items() if times > 1)
    for row in seen.current:
        if row["closed_by_person"] != (row["source_key"] in closed):
            yield f"{row['source_key']} is {row['state']}, and closed by {closed[row['source_key']]} acts"
    for row in seen.differences:
        act = acts.get(row["act_id"])
        if row["accepted_by"] and (act is None or (act["act"], act["subject"]) != ("accept", row["subject"])):
            yield f"{row['subject']} is accepted by {row['accepted_by']}, and by no act that stands"
