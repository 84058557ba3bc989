"""INV-1..15 of docs/reliability-codes.md; what stands in Exact is judged in books.py.

`violations` holds at every moment, `violations_at_rest` when nothing is in between. Both answer
sentences; none is good.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from exact_online import reasons
from exact_online.reason_codes import Reason
from tests.faults.books import (
    inv_1_booked_means_there,
    inv_3_every_euro_has_its_cause,
    inv_3_ledgers_totals,
    inv_3_sums,
    inv_4_agreement,
    inv_4_debtors_agree,
    inv_4_doubles_are_told,
)
from tests.faults.neighbour import digest
from tests.faults.people import inv_1_nothing_beside_what_was_typed, inv_1_one_way, inv_8_acts
from tests.faults.witnesses import Check, Witnesses
from tests.link.small import KEYS, SmallLink

MOST_ERRORS = 8

# --- at every moment ------------------------------------------------------------------------------


def inv_1_no_entry_twice(seen: Witnesses) -> Iterator[str]:
    """INV-1, always: nothing of ours that has a number is in Exact twice."""
    for reference, rows in seen.ours.items():
        made = [row for row in rows if row["EntryID"] not in seen.by_hand.entered]
        if len(made) > 1:
            yield f"reference {reference} is in Exact {len(made)} times"
    codes = Counter(row["Code"].strip() for row in seen.division["Accounts"])
    yield from (f"relation {code} is in Exact {times} times" for code, times in codes.items() if times > 1)


def inv_5_balance(seen: Witnesses) -> Iterator[str]:
    yield from (f"entry {entry} does not balance" for entry in seen.auditor.unbalanced(seen.division))
    if seen.auditor.trial_balance(seen.division):
        yield "the trial balance differs"


def inv_6_hands_off(seen: Witnesses) -> Iterator[str]:
    yield from (f"{record} was not ours and is changed" for record in seen.auditor.touched(seen.division))


def inv_7_immutable(seen: Witnesses) -> Iterator[str]:
    yield from (f"{write.method} on a booked entry" for write in seen.auditor.changed_entries())


def inv_8_moves(seen: Witnesses) -> Iterator[str]:
    """Only allowed moves, attempts that grow unless a claim is given back, and a history that ends
    where the booking stands.
    """
    steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in seen.history:
        steps[row["booking_id"]].append(row)
    for booking in seen.bookings:
        yield from _wrong_steps(booking, steps[booking["booking_id"]], seen.moves)


def _wrong_steps(
    booking: dict[str, Any], steps: list[dict[str, Any]], allowed: set[tuple[str, str]]
) -> Iterator[str]:
    name = f"{booking['source_key']} version {booking['version']}"
    before, attempt, run_id = None, 0, None
    for step in steps:
        if step["from_state"] != before or (before or "new", step["to_state"]) not in allowed:
            yield f"{name}: {before} -> {step['from_state']} -> {step['to_state']}"
        given_back = (before, step["to_state"]) == ("sending", "planned")
        if step["attempt"] < attempt - given_back:
            yield f"{name}: attempt {attempt} -> {step['attempt']}"
        if not (step["run_id"] and step["moved_by"]):
            yield f"{name}: nobody says who moved it to {step['to_state']} in which run"
        before, attempt, run_id = step["to_state"], step["attempt"], step["run_id"]
    if (before, run_id) != (booking["state"], booking["moved_in_run"]):
        yield f"{name}: the history ends at {before} in run {run_id}, the booking is {booking['state']}"


def inv_10_neighbour_untouched(seen: Witnesses) -> Iterator[str]:
    """Another practice in the ledger is as it was, its worker's bookings under way among it."""
    if seen.link.neighbour is not None and digest(seen.link) != seen.link.neighbour:
        yield "another practice was touched"


def inv_11_bounds(seen: Witnesses) -> Iterator[str]:
    """No minute above Exact's limit where there is one, no endpoint with more errors in an hour
    than we allow ourselves.
    """
    limit = seen.link.world.limits.calls_per_minute
    if limit is not None:
        yield from (
            f"{calls} calls in a minute" for calls in seen.auditor.calls_per_minute.values() if calls > limit
        )
    yield from (
        f"{errors} errors on {key[1]} in an hour"
        for key, errors in seen.auditor.errors_per_hour.items()
        if errors > MOST_ERRORS
    )


def inv_12_tokens(seen: Witnesses) -> Iterator[str]:
    early = seen.auditor.early_refreshes()
    if early:
        yield f"{early} tokens were asked for within 570 seconds"


# --- at rest --------------------------------------------------------------------------------------


def inv_2_nothing_lost(seen: Witnesses) -> Iterator[str]:
    """Every final invoice in scope is booked, or rejected or held with its reason, or closed by a
    person.
    """
    states = {row["source_key"]: row for row in seen.current}
    for key in seen.link.james.in_scope(seen.link.scope):
        row = states.get(key)
        if row is None:
            yield f"{key} is in James and not in the ledger"
        elif row["state"] == "closed" and key in seen.closed_by_person:
            pass
        elif row["state"] not in ("booked", "exported") and not (
            row["state"] in ("rejected", "held") and row["reason"]
        ):
            yield f"{key} is {row['state']}"
    yield from (
        f"{row['source_key']} is {row['state']}"
        for row in seen.bookings
        if row["state"] in ("planned", "sending", "doubtful")
    )


def inv_2_no_credit_without_its_original(seen: Witnesses) -> Iterator[str]:
    """FR-G5, FR-G6: both are visible, or none."""
    states = {row["source_key"]: row["state"] for row in seen.current}
    once = {row["source_key"] for row in seen.bookings if row["exact_id"]}
    for row in seen.current:
        original = row["credits_key"]
        if (
            row["state"] == "booked"
            and original
            and original not in once  # what was booked and removed since is told by itself
            and states.get(original) not in (None, "booked", "exported")
        ):
            yield f"{row['source_key']} is booked and {original} is {states[original]}"


def inv_12_newest_token(seen: Witnesses) -> Iterator[str]:
    (row,) = seen.rows("select access_token, state from token_chain")
    (grant,) = seen.link.world.authority.grants.values()
    if row["state"] == "live" and KEYS.decrypt(row["access_token"].encode()).decode() != grant.access:
        yield "the stored token is not the newest"


def inv_14_explained(seen: Witnesses) -> Iterator[str]:
    """Each rejection has a reason of the catalogue, a sentence in both languages, its key and its
    run; once per version.
    """
    for row in seen.bookings:
        if row["state"] in ("rejected", "held"):
            known = row["reason"] in set(Reason) and row["run_id"]
            sentences = [
                reasons.explain(row["reason"], row["reason_values"] or {}, language)
                for language in ("nl", "en")
            ]
            if not known or not all(sentences) or any("{" in sentence for sentence in sentences):
                place = f"{row['source_key']} is {row['state']}"
                yield f"{place} without a good reason: {row['reason']} {sentences}"


ALWAYS: tuple[Check, ...] = (
    inv_1_no_entry_twice,
    inv_1_one_way,
    inv_1_nothing_beside_what_was_typed,
    inv_5_balance,
    inv_6_hands_off,
    inv_7_immutable,
    inv_8_moves,
    inv_8_acts,
    inv_10_neighbour_untouched,
    inv_11_bounds,
    inv_12_tokens,
)
AT_REST: tuple[Check, ...] = (
    *ALWAYS,
    inv_1_booked_means_there,
    inv_2_nothing_lost,
    inv_2_no_credit_without_its_original,
    inv_3_sums,
    inv_3_ledgers_totals,
    inv_3_every_euro_has_its_cause,
    inv_4_agreement,
    inv_4_debtors_agree,
    inv_4_doubles_are_told,
    inv_12_newest_token,
    inv_14_explained,
)

checked: Counter[str] = Counter()
"""How often each invariant was checked in this process."""


def violations(link: SmallLink) -> list[str]:
    """What is wrong now, whatever is in between."""
    return _judge(link, ALWAYS)


def violations_at_rest(link: SmallLink) -> list[str]:
    """What is wrong when nothing is in between any more."""
    return _judge(link, AT_REST)


def _judge(link: SmallLink, checks: tuple[Check, ...]) -> list[str]:
    seen = Witnesses(link)
    found = []
    for check in checks:
        checked[check.__name__] += 1
        found += [f"{check.__name__}: {sentence}" for sentence in check(seen)]
    return found


def violations_of_another_night(link: SmallLink, backfill: str = "as_set") -> list[str]:
    """INV-9: a night without changes writes nothing, in Exact or in the history.

    It reads all of James, so what earlier nights left unread and should have planned shows here.
    """
    link.ledger.conn.execute("delete from james_reading")
    checked["inv_9_idempotent"] += 1
    writes, history = link.writes(), len(Witnesses(link).history)
    link.night(backfill=backfill)
    open_items = {"rejected", "held"} & set(link.states().values())
    found = (
        [f"inv_9_idempotent: {link.writes() - writes} writes in a night without changes"]
        if link.writes() > writes and not open_items
        else []
    )
    steps = len(Witnesses(link).history) - history
    return (
        [*found, f"inv_9_idempotent: {steps} moves in a night without changes"]
        if steps and not open_items
        else found
    )
