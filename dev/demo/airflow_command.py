"""Airflow's command line with the settings of the stack that runs: `make airflow ARGS=`.

It works beside `make up`, and beside `make demo` while that runs. EXACT_URL chooses the stack of
another server, as there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.demo.exact_server import ExactServer
from dev.local.failures import CannotRun
from dev.local.folder_lock import lock_holder
from dev.local.stack import ENVIRONMENT

HELP = "Give a command of Airflow, for example: make airflow ARGS='dags list'"


def run(folder: Path, words: Sequence[str]) -> int:
    """Run Airflow's command with the settings of the stack in `folder`; return its exit status.

    Raise CannotRun when no stack runs there.
    """
    settings = folder.resolve() / ENVIRONMENT
    if lock_holder(folder) is None or not settings.exists():
        raise CannotRun("Airflow does not run: start it with make up, and give this command beside it.")
    environment = {**os.environ, **json.loads(settings.read_text())}
    return subprocess.run([sys.executable, "-m", "airflow", *words], env=environment, check=False).returncode


def main(words: Sequence[str]) -> int:
    """Run the command; return its exit status, 2 with a sentence when it can't run."""
    try:
        if not words:
            raise CannotRun(HELP)
        return run(ExactServer.of_environment().folder, words)
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
