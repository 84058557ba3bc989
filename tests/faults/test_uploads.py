"""Uploads of many entries die before and after each of their writes and calls (FR-A1 to FR-A10)."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.faults.crashes import points_of
from tests.faults.scenes import SCENES, survive_scene, written_by
from tests.link.fixtures import small_place
from tests.link.small import Place, SmallLink

__all__ = ["small_place"]

(SCENE,) = (scene for scene in SCENES if scene.name == "history is uploaded")
OF_UPLOADS = {
    "note_upload_check", "POST docs/XMLUpload", "claim_upload", "unclaim upload", "unclaim_upload",
    "end_upload", "end of an upload", "doubt_upload", "GET bulk/Financial/TransactionLines",
    "note_absence", "release_absent", "confirm_bookings", "doubt_orphans", "end_adjustments",
}  # fmt: skip


@pytest.fixture(scope="module")
def places(small_place: Place) -> dict[int, str]:
    """Before and after each write and call of uploads, from the check on: where it is reached
    first and where it is reached last.
    """
    link = SmallLink(small_place)
    SCENE.prepare(link)
    points = points_of(lambda: SCENE.walk(link))
    link.die()
    first = next(at for at, name in enumerate(points) if written_by(name) == "POST docs/XMLUpload")
    reached: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(points):
        if at >= first and written_by(name) in OF_UPLOADS:
            reached[name].append(at)
    return {at: name for name, every in reached.items() for at in (every[0], every[-1])}


def test_the_scene_comes_by_all_that_an_upload_does(places: dict[int, str]) -> None:
    assert {written_by(name) for name in places.values()} == OF_UPLOADS


@pytest.mark.timeout(900)
def test_an_upload_that_dies_anywhere_loses_and_doubles_nothing(
    small_place: Place, places: dict[int, str]
) -> None:
    wrong = {name: found for at, name in places.items() if (found := survive_scene(small_place, SCENE, at))}
    assert wrong == {}
