from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from dev.local.failures import CannotRun
from dev.local.folder_lock import lock_holder, locked


def test_a_second_stack_in_the_same_folder_fails_with_a_clear_sentence(tmp_path: Path) -> None:
    sentence = f"{re.escape(str(tmp_path))} is in use by process {os.getpid()}"
    with locked(tmp_path), pytest.raises(CannotRun, match=sentence), locked(tmp_path):
        pass


def test_the_folder_is_free_after_the_block(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert lock_holder(tmp_path) == os.getpid()
    assert lock_holder(tmp_path) is None
    with locked(tmp_path):
        pass


def test_a_folder_that_was_never_used_is_not_locked(tmp_path: Path) -> None:
    assert lock_holder(tmp_path / "nothing") is None
