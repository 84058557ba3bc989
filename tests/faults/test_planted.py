"""Each planted bug of ``make faults-check`` still has its place in the source, and its tests."""

from __future__ import annotations

import pytest

from tests.faults.long.planted import BUGS, ROOT, Bug


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_changes_the_source_and_has_tests(bug: Bug) -> None:
    sound = (ROOT / bug.path).read_text(encoding="utf-8")
    assert bug.old in sound
    assert sound.replace(bug.old, bug.new) != sound
    files = [ROOT / test for test in bug.tests if test.startswith("tests/")]
    assert files
    assert all(file.exists() for file in files)


@pytest.mark.parametrize("bug", [bug for bug in BUGS if "-k" in bug.tests], ids=lambda bug: bug.name)
def test_its_tests_are_named_as_they_are(bug: Bug) -> None:
    words = bug.tests[bug.tests.index("-k") + 1].replace(" or ", " ").split()
    texts = "".join((ROOT / test).read_text(encoding="utf-8") for test in bug.tests if test.endswith(".py"))
    assert [word for word in words if word not in texts] == []
