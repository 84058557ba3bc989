"""INV-1..15 of docs/reliability-codes.md, judged from three witnesses only.

What James says, what the ledger says, what Exact has and was asked.

`violations` holds at every moment, `violations_at_rest` when nothing is in between. Both answer
sentences; none is good.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from dev.demo.practices import BASIS_POINTS, RECEIVABLES, SUSPENSE_CASH, SUSPENSE_PIN, VAT_ACCOUNTS
from exact_online import reasons
from exact_online.reasons import Reason
from exact_online.vocabulary import VatRate
from simulator.accounting.money import cents as cents_of
from simulator.tables import Row
from tests.link.james import Written
from tests.link.small import KEYS, SmallLink

RATES = {0: VatRate.ZERO, 9: VatRate.LOW, 21: VatRate.HIGH}
DEBIT = {RECEIVABLES, SUSPENSE_CASH, SUSPENSE_PIN}
MOST_ERRORS = 8

Accounts = dict[str, int]
"""G/L account code -> cents, debit positive."""


class Witnesses:
    """One look at everything, for all invariants."""

    def __init__(self, link: SmallLink) -> None:
        self.link = link
        self.auditor = link.world.auditor
        self.division = link.division

    @cached_property
    def bookings(self) -> list[dict[str, Any]]:
        return self._rows("select * from booking order by booking_id")

    @cached_property
    def current(self) -> list[dict[str, Any]]:
        return self._rows("select * from current_booking where kind <> 'debtor' order by booking_id")

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        return self._rows("select * from booking_history order by history_id")

    @cached_property
    def moves(self) -> set[tuple[str, str]]:
        """The allowed ones, as (from, to); a first version comes from `new`."""
        return {(row["from_state"], row["to_state"]) for row in self._rows("select * from booking_move")}

    @cached_property
    def drift(self) -> set[str]:
        """Keys that were told as different once."""
        told = "select source_key from difference union select source_key from james_change"
        return {row["source_key"] for row in self._rows(told)}

    @cached_property
    def ours(self) -> dict[str, list[Row]]:
        """Entry's reference -> entries in our journals that carry it, but for those that somebody
        else booked.
        """
        found: dict[str, list[Row]] = defaultdict(list)
        for row in (*self.division["SalesEntries"], *self.division["GeneralJournalEntries"]):
            reference = row.get("YourRef") or self.lines[row["EntryID"]][0]["Description"]
            found[reference].append(row)
        return found

    @cached_property
    def lines(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for line in sorted(self.division["TransactionLines"], key=lambda line: line["LineNumber"]):
            found[line["EntryID"]].append(line)
        return found

    def accounts_of(self, entry_id: str) -> Accounts:
        sums: Counter[str] = Counter()
        for line in self.lines[entry_id]:
            sums[self.division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip()] += cents_of(
                line["AmountDC"]
            )
        return {account: cents for account, cents in sums.items() if cents}

    def _rows(self, query: str) -> list[dict[str, Any]]:
        return self.link.ledger.conn.execute(query.encode()).fetchall()


Check = Callable[[Witnesses], Iterator[str]]


# --- at every moment ------------------------------------------------------------------------------


def inv_1_no_entry_twice(seen: Witnesses) -> Iterator[str]:
    """INV-1, always: nothing of ours that has a number is in Exact twice."""
    yield from (
        f"reference {reference} is in Exact {len(rows)} times"
        for reference, rows in seen.ours.items()
        if len(rows) > 1
    )
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


def inv_1_booked_means_there(seen: Witnesses) -> Iterator[str]:
    booked = Counter(
        row["reference"] for row in seen.bookings if row["state"] == "booked" and row["kind"] != "debtor"
    )
    there = Counter({reference: len(rows) for reference, rows in seen.ours.items()})
    yield from (
        f"reference {ref}: ledger {booked[ref]}, Exact {there[ref]}"
        for ref in booked | there
        if booked[ref] != there[ref]
    )


def inv_2_nothing_lost(seen: Witnesses) -> Iterator[str]:
    """Every final invoice in scope is booked, or rejected or held with its reason."""
    states = {row["source_key"]: row for row in seen.current}
    for key in seen.link.james.in_scope(seen.link.scope):
        row = states.get(key)
        if row is None:
            yield f"{key} is in James and not in the ledger"
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
    for row in seen.current:
        if (
            row["state"] == "booked"
            and row["credits_key"]
            and states.get(row["credits_key"]) not in (None, "booked", "exported")
        ):
            yield f"{row['source_key']} is booked and {row['credits_key']} is {states[row['credits_key']]}"


def inv_3_sums(seen: Witnesses) -> Iterator[str]:
    """Each booked entry is to the cent what James had, per account and VAT rate.

    James is computed here, anew.
    """
    for row in seen.current:
        if row["state"] == "booked":
            yield from _differs_from_james(seen, row)


def _differs_from_james(seen: Witnesses, row: dict[str, Any]) -> Iterator[str]:
    key, there = row["source_key"], seen.accounts_of(str(row["exact_id"]))
    versions = seen.link.james.written[key]
    matching = [place for place, version in enumerate(versions) if agrees(version, there)]
    if not matching:
        yield f"{key}: Exact has {there}, James had {versions}"
    elif versions[-1].lines != versions[matching[-1]].lines and key not in seen.drift:
        yield f"{key} changed after it was booked and nobody was told"
    booked, had = (
        (row["debtor_number"], row["entry_date"]),
        [(written.debtor, written.day) for written in versions],
    )
    if not ({booked[0]} <= {debtor for debtor, _ in had} and {booked[1]} <= {day for _, day in had}):
        yield f"{key} is booked for debtor and day {booked}, James had {had}"
    elif booked != had[-1] and key not in seen.drift:
        yield f"{key} is booked for {booked}, James has {had[-1]} and nobody was told"


def agrees(written: Written, there: Accounts) -> bool:
    """Is this what an invoice must book (C3)?

    Total and VAT per rate to the cent; the share of each account of a rate, within a cent.
    """
    gross: Counter[tuple[VatRate, str]] = Counter()
    for cents, percentage, origin in written.lines:
        gross[RATES[percentage], revenue_account(written, origin, RATES[percentage])] += cents
    parts = [
        _rate_agrees(rate, {account: cents for (of, account), cents in gross.items() if of is rate}, there)
        for rate in VatRate
    ]
    known = {debit_account(written), *VAT_ACCOUNTS.values(), *(account for _, account in gross)}
    return all(parts) and there.get(debit_account(written), 0) == sum(gross.values()) and set(there) <= known


def _rate_agrees(rate: VatRate, gross: Mapping[str, int], there: Accounts) -> bool:
    vat = vat_within(sum(gross.values()), BASIS_POINTS[rate])
    net = {account: -there.get(account, 0) for account in gross}
    near = all(
        abs(net[account] - cents * 10_000 / (10_000 + BASIS_POINTS[rate])) <= 1
        for account, cents in gross.items()
    )
    return (
        near and sum(net.values()) == sum(gross.values()) - vat and there.get(VAT_ACCOUNTS[rate], 0) == -vat
    )


def vat_within(gross: int, basis_points: int) -> int:
    """The VAT in a gross amount, half up, away from zero."""
    sign = -1 if gross < 0 else 1
    return sign * ((2 * abs(gross) * basis_points + 10_000 + basis_points) // (2 * (10_000 + basis_points)))


def revenue_account(written: Written, origin: str, rate: VatRate) -> str:
    offset = (
        30
        if origin == "article"
        else {"Verzekeraar": 0, "Patiënt": 10, "Instelling": 20}[written.debtor_kind]
    )
    return str(8000 + offset + list(VatRate).index(rate))


def debit_account(written: Written) -> str:
    return {"PIN": SUSPENSE_PIN, "CONTANT": SUSPENSE_CASH}.get(written.condition, RECEIVABLES)


def inv_4_agreement(seen: Witnesses) -> Iterator[str]:
    """Ledger and Exact know the same entries, by id, number and reference."""
    entries = {row["EntryID"]: (reference, row) for reference, rows in seen.ours.items() for row in rows}
    booked = {
        str(row["exact_id"]): row
        for row in seen.bookings
        if row["state"] == "booked" and row["kind"] != "debtor"
    }
    yield from (f"entry {entries[entry][0]} is an orphan" for entry in entries.keys() - booked.keys())
    for entry_id, row in booked.items():
        if entry_id not in entries:
            yield f"{row['source_key']} is booked under an id that Exact does not have"
        elif (entries[entry_id][0], entries[entry_id][1]["EntryNumber"]) != (
            row["reference"],
            row["entry_number"],
        ):
            yield f"{row['source_key']} is booked under the id of another entry"
        else:
            yield from _wrong_place(seen, row, entry_id)


def _wrong_place(seen: Witnesses, row: dict[str, Any], entry_id: str) -> Iterator[str]:
    """Relation, day and period of an entry, as its lines have them, against the booking."""
    lines = seen.lines[entry_id]
    relations = {line["Account"] for line in lines if line.get("Account")}
    codes = {seen.division["Accounts"].rows[relation]["Code"].strip() for relation in relations}
    days = {str(dt.datetime.fromtimestamp(line["Date"] / 1000, dt.UTC).date()) for line in lines}
    periods = {(line["FinancialYear"], line["FinancialPeriod"]) for line in lines}
    if codes != {row["debtor_number"]}:
        yield f"{row['source_key']} is booked for debtor {row['debtor_number']} and stands on {codes}"
    if days != {str(row["entry_date"])}:
        yield f"{row['source_key']} is booked on {row['entry_date']} and stands on {days}"
    if periods != {(row["financial_year"], row["financial_period"])}:
        yield f"{row['source_key']} stands in {periods}"


def inv_4_debtors_agree(seen: Witnesses) -> Iterator[str]:
    """Each debtor that is booked has its relation, its main contact and its bank account, as last
    sent.
    """
    relations = {row["debtor_number"]: row for row in seen._rows("select * from relation")}
    latest = {
        row["source_key"]: row
        for row in seen.bookings
        if row["kind"] == "debtor" and row["state"] == "booked"
    }
    for row in latest.values():
        relation, payload = relations[row["debtor_number"]], json.loads(row["payload"])
        there = seen.division["Accounts"].get(str(relation["exact_id"]))
        if there is None or there["Name"] != payload["account"]["Name"]:
            yield f"debtor {row['debtor_number']} is not in Exact as it was sent"
        elif payload["contact"] and there["MainContact"] != str(relation["contact_id"]):
            yield f"debtor {row['debtor_number']} has no main contact"
        elif payload["bank_account"] and not seen.division["BankAccounts"].get(
            str(relation["bank_account_id"])
        ):
            yield f"debtor {row['debtor_number']} has no bank account"


def inv_4_doubles_are_told(seen: Witnesses) -> Iterator[str]:
    """A contact or bank account has no number.

    A second one, by a call that landed very late, is at least told.
    """
    relations = {
        str(row["exact_id"]): f"debiteur:{row['debtor_number']}"
        for row in seen._rows("select * from relation")
    }
    told = {
        row["source_key"]
        for row in seen._rows("select * from difference where cause = 'debtor_double_in_exact'")
    }
    for table in ("Contacts", "BankAccounts"):
        owners = Counter(row["Account"] for row in seen.division[table])
        doubled = {owner for owner, times in owners.items() if times > 1}
        yield from (
            f"relation {owner} has {owners[owner]} {table}"
            for owner in doubled
            if relations.get(owner) not in told
        )


def inv_12_newest_token(seen: Witnesses) -> Iterator[str]:
    (row,) = seen._rows("select access_token, state from token_chain")
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
    inv_5_balance,
    inv_6_hands_off,
    inv_7_immutable,
    inv_8_moves,
    inv_11_bounds,
    inv_12_tokens,
)
AT_REST: tuple[Check, ...] = (
    *ALWAYS,
    inv_1_booked_means_there,
    inv_2_nothing_lost,
    inv_2_no_credit_without_its_original,
    inv_3_sums,
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
    """INV-9: a night without changes writes nothing, in Exact or in the history."""
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
