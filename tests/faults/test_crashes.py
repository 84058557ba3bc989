"""FR-A1 to FR-A10: the reference night survives a crash at every point, and a second one during its
recovery.
"""

from __future__ import annotations

import random
from fnmatch import fnmatch

import pytest

from exact_online.statements import statement
from tests.faults.crashes import NIGHT, distinct_deaths, effects_of, points_of, reference_link, survive
from tests.faults.invariants import violations_at_rest, violations_of_another_night
from tests.faults.scenes import Scene, new_places, survive_scene, written_by
from tests.faults.test_crash_points import STATEMENTS, WRITES, without_comments
from tests.link.small import Place

SAMPLE = 16
"""Pairs in every test run; `make faults` takes all."""


@pytest.fixture(scope="module")
def points(small_place: Place) -> list[str]:
    link = reference_link(small_place)
    reached = points_of(lambda: link.night(NIGHT))
    assert violations_at_rest(link) == []
    assert violations_of_another_night(link) == []
    link.die()
    return reached


def test_the_reference_night_comes_by_everything_that_can_die(points: list[str]) -> None:
    """One of each: claim, call, confirmation, rejection, relation and parts, plan, batch."""
    assert len(effects_of(points)) >= 100
    wanted = {
        "after claim_bookings", "after confirm_bookings", "after keep_relation", "after POST crm/Accounts",
        "after POST crm/Contacts",
        "after POST crm/BankAccounts", "after PUT crm/Accounts", "after POST salesentry/SalesEntries",
        "after POST generaljournalentry/GeneralJournalEntries", "within plan, after plan_insert",
        "after end_batch", "after finish_run",
    }  # fmt: skip
    assert wanted <= set(points)


def test_one_death_stands_for_those_in_the_same_transaction_and_for_no_other() -> None:
    """FR-A4: what is rolled back together is the same place; a call to Exact is not rolled back."""
    points = [
        "before claim", "after claim",
        "within plan, before insert", "within plan, after insert",
        "within plan, before POST crm/Accounts", "within plan, after POST crm/Accounts",
        "within plan, before lines", "within plan, after lines", "within plan, after turns",
        "after plan", "within stage, after copy", "after stage",
    ]  # fmt: skip
    assert distinct_deaths(points, effects_of(points)) == [1, 3, 5, 8, 9, 10, 11]


@pytest.mark.timeout(900)
def test_a_night_that_dies_anywhere_books_each_invoice_once(small_place: Place, points: list[str]) -> None:
    """FR-A1 to FR-A9: once a transaction, and at everything outside one."""
    deaths = distinct_deaths(points, effects_of(points))
    wrong = {points[place]: found for place in deaths if (found := survive(small_place, place))}
    assert wrong == {}


@pytest.mark.timeout(900)
def test_a_recovery_that_dies_books_each_invoice_once(small_place: Place, points: list[str]) -> None:
    """FR-A10: a sample of all pairs."""
    chance = random.Random(len(points))
    effects = effects_of(points)
    pairs = [(chance.choice(effects), chance.choice(effects)) for _ in range(SAMPLE)]
    wrong = {pair: found for pair in pairs if (found := survive(small_place, *pair))}
    assert wrong == {}


NEVER_BY_A_WORKER = {
    "activation_*": "within the transaction of a person who links a practice, or one statement of it",
    "purge_*": "a purge writes in small transactions, and the next day does what one left",
    "erase_*": "within the transaction of a person who erases a debtor",
    "auditfile_*": "within the transaction of a person who compares an auditfile",
    "year_file_*": "a table of the session alone, for who downloads the file of a year",
    "add_practice": "within the transaction of a person who adds a practice",
    "confirm_requirement": "within the transaction of a person who confirms",
    "save_requirements": "a person checks the requirements, in one statement",
    "note_event": "within the transaction of what a person does on a page",
    "note_access": "a person looks at a debtor, in one statement",
    "save_addresses": "within the transaction of a person who types mail addresses",
    "adopt_matches": "within the transaction of a person's act",
    "reject_matches": "within the transaction of a person's act",
    "rename_division": "a person says that a division is the same, in one statement",
    "share_division": "within the transaction of a person's act",
    "fleet_switch_set": "a person switches uploads for all practices, in one statement",
    "go_on_practice": "within the transaction of a person's act",
    "take_back_file": "within the transaction of a person's act",
    "accept_entry_beside": "within the transaction of a person's act",
    "claim_links": "within the transaction that keeps the mail",
    "end_unopened": "a run whose first task failed: not kept, the newer run or 22 hours end it on pages",
    "note_stop": "a task of Airflow that fails: one that dies here is red, and begins anew when cleared",
    "forget_stops": "a task of Airflow that begins: one that dies here is begun again",
    "keep_file": "within the transaction of a person's act",
    "release_period": "within the transaction of a person's act",
    "stage_unsettle_buckets": "within the transaction that stages debtors of days, or erases one",
    "mail_claim": "mail alone: one that dies here is sent again later: tests/dags/test_outbox.py",
    "mail_keep": "within the transaction that writes down what was told",
    "mail_note_*": "mail alone: one that dies here is sent again later, under the same Message-ID",
    "night_failure_*": "mail alone: why a night failed, in a session of its own",
    "outage_*": "mail alone: an outage is noted again by the next night that fails or succeeds",
    "told_*": "within the transaction that keeps the mail",
    "statement_keep": "within the transaction that keeps the mail",
    "claim_late_nights": "within the transaction that keeps the mail",
    "follow_watch": "the watch: one that dies here says the same again the next morning",
    "note_watch_reported": "as note_reported",
    "stop_practice": "within the transaction that confirms the entry",
    "hold_alike": "one statement; not kept, a few more are tried and it is made again",
    "forget_part": "one statement; not kept, Exact says again that the part is gone",
    "forget_relation": "one statement; not kept, Exact is asked again for the relation",
    "token_note_denied": "says what Exact said; not kept, it is asked and said again",
    "token_note_works": "says what Exact said; not kept, it is asked and said again",
    "count_as_night": "is rolled back with the dry run that it is for",
    "link_practice": "a person links a practice, in one statement",
    "register_practice": "a person enters a practice, in one statement",
    "save_settings": "a person saves settings, in one statement",
    "settings_draft_delete": "within the transaction of a person who saves settings",
    "settings_draft_keep": "a person looks at settings before they are saved, in one statement",
    "judge_whole": "all is compared once more, in one statement",
    "mark_wrong_days": "only after a fault of ours; a day that is added up twice comes to the same",
    "token_keep_consent": "a person gives consent, in one statement",
    "note_reported": "the watch has sent its mail: one that dies here mails twice",
    "note_scopes_reported": "as note_reported",
    "scope_note_missing": "says what Exact said; not kept, it is asked and said again",
    "token_postpone": "says what Exact said; not kept, it is asked and said again",
    "token_reconnect": "says what Exact said; not kept, it is asked and said again",
    "token_uncount_call": "one call more is counted than was made",
}
"""Statement that writes, or a pattern of several -> why no crash after it is walked."""


@pytest.fixture(scope="module")
def places(small_place: Place) -> list[tuple[Scene, int, str]]:
    return new_places(small_place)


def test_every_statement_that_writes_is_one_at_which_a_walk_dies(
    places: list[tuple[Scene, int, str]], points: list[str]
) -> None:
    """FR-A1 to FR-A10: of what nobody dies at, the list above says why.

    Who dies in a transaction dies at each statement of it.
    """
    writing = {name for name in STATEMENTS if WRITES.search(without_comments(statement("ledger", name)))}
    died_at = {written_by(points[place]) for place in effects_of(points)}
    died_at |= {written_by(name) for _, _, name in places}
    never = {name: [each for each in NEVER_BY_A_WORKER if fnmatch(name, each)] for name in writing - died_at}
    assert " ".join(sorted(name for name, reasons in never.items() if not reasons)) == ""
    assert set(NEVER_BY_A_WORKER) == {each for reasons in never.values() for each in reasons}


@pytest.mark.timeout(900)
def test_a_scene_that_dies_at_what_is_new_in_it_loses_and_doubles_nothing(
    small_place: Place, places: list[tuple[Scene, int, str]]
) -> None:
    """FR-A8, FR-A3: doubts, rejections, hand-overs, acts, and what people made equal."""
    deaths = {(scene.name, place): (scene, place) for scene, place, _ in places}
    wrong = {
        name: found
        for name, (scene, place) in deaths.items()
        if (found := survive_scene(small_place, scene, place))
    }
    assert wrong == {}
