"""Walk the month and write docs/month.md."""

from __future__ import annotations

import os
import sys

import pytest

from tests.month.test_month import WRITES

os.environ[WRITES] = "1"
sys.exit(pytest.main(["-q", "-n", "0", "--show-capture=no", "tests/month"]))
