"""Loop A beyond the reference night: what is written when answers are lost, history is handed over,
people put things right, or a task is cleared.

A scene is prepared, walked with a crash, walked again to its end, and followed by nights. Only the
first place of each statement that no earlier scene reaches is worth a crash here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import LinkFailure, NotReady
from exact_online.night import steps as night
from tests.faults.crashes import (
    NIGHT,
    SimulatedCrash,
    dying_at,
    effects_of,
    last_of_transaction,
    points_of,
    reference_link,
)
from tests.faults.invariants import violations, violations_at_rest
from tests.faults.neighbour import move_in_beside
from tests.faults.program import BEFORE_LINK
from tests.link.small import Place, SmallLink
from tests.report import hands

UPLOAD = "docs/XMLUpload"
CONTACTS, BANK_ACCOUNTS, SALES = "crm/Contacts", "crm/BankAccounts", "salesentry/SalesEntries"
IBAN = "NL91ABNA0417164300"
REJECTION = '{"error":{"message":{"value":"Dit gaat niet"}}}'


@dataclass(frozen=True)
class Scene:
    """`walk` can be begun again after a crash."""

    name: str
    prepare: Callable[[SmallLink], object]
    walk: Callable[[SmallLink], object]


def _walk_night(link: SmallLink) -> None:
    with suppress(LinkFailure):
        link.night(NIGHT)


# --- answers are lost -----------------------------------------------------------------------------


def _lose_answers(link: SmallLink) -> None:
    """Two parts of a debtor and two entries get no answer; one entry is rejected, one stopped."""
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    for number in range(2600001, 2600006):
        link.james.invoice(number, "1001")
    faults = link.world.faults
    faults.add("drop_before", endpoint=CONTACTS, method="POST")
    faults.add("drop_after_commit", endpoint=BANK_ACCOUNTS, method="POST")
    faults.add("drop_after_commit", endpoint=SALES, method="POST", containing="2600001")
    faults.add("drop_before", endpoint=SALES, method="POST", containing="2600002")
    faults.add("status", endpoint=SALES, method="POST", containing="2600003", status=500, body=REJECTION)
    faults.add("status", endpoint=SALES, method="POST", containing="2600004", status=403)
    link.clock.sleep(700)  # the token must be renewed


def _walk_two_nights(link: SmallLink) -> None:
    """The second one takes up what the 403 stopped, and tries the rejected entry again."""
    _walk_night(link)
    with suppress(LinkFailure):
        link.night("the night after")


# --- history --------------------------------------------------------------------------------------


def _write_history(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.settled_from = link.practice.first_sync_date
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    _book_one(link)


def _book_one(link: SmallLink) -> None:
    link.james.invoice(2600002, "1001")
    link.night("the first night")


def _hand_over(link: SmallLink) -> None:
    with suppress(LinkFailure):
        link.night(NIGHT, backfill="excel")


def _write_history_to_upload(link: SmallLink) -> None:
    """An upload whose answer names half; one that breaks off, and whose rest Exact denies when it
    goes again.
    """
    link.setting(bulk=True)
    _write_history(link)
    for place in range(8):
        link.james.invoice(2500001 + place, "1001", day=BEFORE_LINK)
    for place in range(6):
        link.james.invoice(2500101 + place, "1001", day=BEFORE_LINK, condition="PIN")
    faults = link.world.faults
    faults.add("upload_leaves_out", endpoint=UPLOAD, containing="2500101")
    faults.add("upload_breaks_off", endpoint=UPLOAD, containing="2500008", count=2)
    faults.add("status", endpoint=UPLOAD, containing="2500008", nth=2, status=403)


def _import(link: SmallLink) -> None:
    with suppress(LinkFailure):
        link.night(NIGHT, backfill="import")


# --- people ---------------------------------------------------------------------------------------


def _touch(link: SmallLink) -> None:
    """One edited on both sides, one removed on both, and five for a person's word."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    for number in range(2600001, 2600007):
        link.james.invoice(number, "1001", (1000, 0, "tariff"))
    link.james.invoice(2600007, "1002", (1000, 0, "tariff"))
    link.night("the first night")
    link.james.correct(2600001, (1234, 0, "tariff"))
    _change_by_hand(link, 2600001)
    link.james.remove(2600002)
    _remove_by_hand(link, 2600002)
    link.james.correct(2600003, (1200, 0, "tariff"))
    for number in (2600004, 2600005, 2600006):
        copy = hands.copy_of(link, number)
        _remove_by_hand(link, number)
        if number == 2600006:
            copy["SalesEntryLines"][0]["AmountFC"] = 11.0
            link.by_hand.entered.add(hands.enter(link, copy)["EntryID"])


def _change_by_hand(link: SmallLink, number: int) -> None:
    link.by_hand.changed.add(hands.entry_of(link, number)["EntryID"])
    hands.change_amount(link, number, 12.34)


def _remove_by_hand(link: SmallLink, number: int) -> None:
    link.by_hand.removed.add(hands.entry_of(link, number)["EntryID"])
    hands.remove(link, number)


def _touch_and_compare(link: SmallLink) -> None:
    _touch(link)
    link.night("the night that tells")


def _act(link: SmallLink) -> None:
    """Each act once, and two of them taken back; what was made before the crash is made no more."""
    of = link.practice.code
    for act, key in (
        (acts.accept, "factuur:2600003"),
        (acts.close, "factuur:2600004"),
        (acts.book_again, "factuur:2600005"),
        (acts.adopt, "factuur:2600006"),
        (acts.same_person, "debiteur:1001"),
        (acts.ours, "debiteur:1003"),
    ):
        with suppress(NotReady):
            act(link.ledger, Word(of, "Anna", "afgesproken"), key)
    rows = link.ledger.conn.execute("select act_id, act from act where taken_back_at is null").fetchall()
    for row in rows:
        if row["act"] in ("accept", "close"):
            with suppress(NotReady):
                acts.take_back(link.ledger, Word(of, "Anna", "toch niet"), row["act_id"])


def _need_words(link: SmallLink) -> None:
    """As `_touch_and_compare`, with a debtor who became another person and one that was there."""
    _touch_and_compare(link)
    there = {"Code": "1003".rjust(18), "Name": "Jansen 1003", "Postcode": "9711 AA", "Status": "C"}
    link.division.add("Accounts", there)
    link.james.debtor("1003", kind="Instelling")
    link.james.become_another_person("1001")
    link.night("the night that asks")


# --- a task that is cleared -----------------------------------------------------------------------


def _prepare_reference(link: SmallLink) -> None:
    """`reference_link` has written it."""


def _reject_an_entry(link: SmallLink) -> None:
    link.james.debtor("1001")
    _book_one(link)
    link.james.invoice(2600003, "1001")
    link.world.faults.add("status", endpoint=SALES, method="POST", status=500, body=REJECTION)


def _clear_a_task(link: SmallLink) -> None:
    """A batch with a rejection has ended and is begun again: it reads anew what it depends on."""
    with suppress(LinkFailure):
        tonight = link.opened(NIGHT)
        night.extract(tonight, link.james_reader, (link.practice.link_date, tonight.run.book_day))
        batches = [*night.plan_debtors(tonight), *night.plan_entries(tonight)]
        for batch in batches:
            night.load(tonight, batch)
        tonight.ledger.runs.end_step(tonight.run, "load_entries")
        renewed = night.read_anew(tonight)
        renewed.ledger.runs.forget_ended(renewed.run, "load_entries")
        for batch in batches:
            night.load(renewed, batch)


SCENES = (
    Scene("the reference night", _prepare_reference, lambda link: link.night(NIGHT)),
    Scene("answers are lost", _lose_answers, _walk_two_nights),
    Scene("history is handed over", _write_history, _hand_over),
    Scene("history is uploaded", _write_history_to_upload, _import),
    Scene("people made it equal", _touch, _walk_night),
    Scene("people act", _need_words, _act),
    Scene("a task is cleared", _reject_an_entry, _clear_a_task),
)


def points_of_scenes(place: Place) -> Iterator[tuple[Scene, list[str]]]:
    """Give each scene with the crash points that it reaches, in order."""
    for scene in SCENES:
        link = _made(place, scene)
        try:
            yield scene, points_of(lambda link=link, scene=scene: scene.walk(link))  # type: ignore[misc]
        finally:
            link.die()


def new_places(place: Place) -> list[tuple[Scene, int, str]]:
    """Return the first place of each effect that the reference night and earlier scenes lack.

    For one within a transaction that is the last effect of that transaction, so several effects may
    share a place.
    """
    known: set[str] = set()
    found = []
    for scene, points in points_of_scenes(place):
        for at in effects_of(points):
            name = written_by(points[at])
            if name not in known and scene is not SCENES[0]:
                found.append((scene, last_of_transaction(points, at), points[at]))
            known.add(name)
    return found


def written_by(point: str) -> str:
    """Return the statement, transaction or call of a crash point."""
    return re.sub(r"^.*(?:after|before) ", "", point)


def survive_scene(place: Place, scene: Scene, crash: int) -> list[str]:
    """Return what is wrong after a scene that dies once and is walked again to its end."""
    link = _made(place, scene)
    try:
        with dying_at(crash) as died_at, suppress(SimulatedCrash):
            scene.walk(link)
        if not died_at:
            return [f"the scene has no place {crash}"]
        link.die()
        wrong = violations(link)
        with suppress(LinkFailure):
            scene.walk(link)
        link.until_at_rest()
        return wrong + violations_at_rest(link)
    finally:
        link.die()


def _made(place: Place, scene: Scene) -> SmallLink:
    if scene is SCENES[0]:
        return reference_link(place)
    link = SmallLink(place)
    move_in_beside(link)
    scene.prepare(link)
    return link
