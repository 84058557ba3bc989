"""FR-A11 in a real Airflow: a night goes on in another worker when that of its own is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.celery_deaths import nights

PRACTICES, INVOICES, WORKERS = 2, 40, 2


@pytest.mark.timeout(1500)
def test_a_worker_that_dies_while_it_books_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with nights(tmp_path / "var", practices=PRACTICES, invoices=INVOICES, workers=WORKERS) as walked:
        walked.begin()
        dead = walked.kill_while_booking()
        assert sorted(walked.airflow.workers.by_name) == sorted({"worker-1", "worker-2"} - {dead})
        walked.end(clears=True)
        assert walked.wrong() == []
        assert walked.done["cleared"], "Airflow noticed no death"
