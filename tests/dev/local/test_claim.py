from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from dev.local.claim import claimed, holder
from dev.local.failures import CannotRun


def test_a_second_stack_in_the_same_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    sentence = f"{re.escape(str(tmp_path))} is in use by process {os.getpid()}"
    with claimed(tmp_path), pytest.raises(CannotRun, match=sentence), claimed(tmp_path):
        pass


def test_the_folder_is_free_after_the_block(tmp_path: Path) -> None:
    with claimed(tmp_path):
        assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path) is None
    with claimed(tmp_path):
        pass


def test_nobody_holds_a_folder_that_was_never_used(tmp_path: Path) -> None:
    assert holder(tmp_path / "nothing") is None
