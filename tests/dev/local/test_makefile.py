from __future__ import annotations

import re
import subprocess
from pathlib import Path

from dev.local.places import ROOT

TARGETS = [
    "help", "setup", "lock", "demo", "demo-settings", "up", "airflow", "simulator", "test", "morning",
    "pictures", "faults", "faults-check", "history", "lint", "sbom", "audit", "messages", "bench",
    "bench-check", "clean",
]  # fmt: skip


def _make(*words: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--file", str(ROOT / "Makefile"), *words]
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_every_target_with_one_line() -> None:
    lines = _make().stdout.splitlines()
    assert [line.split()[1] for line in lines] == TARGETS
    assert all(len(line.split()) > 3 for line in lines)


def test_a_python_that_is_too_old_fails_with_a_clear_sentence(tmp_path: Path) -> None:
    old = tmp_path / "an old python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (tmp_path / "Makefile").symlink_to(ROOT / "Makefile")
    for lock in ("requirements-uv.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("")
    done = _make("setup", f"PYTHON={old}", folder=tmp_path)
    assert done.returncode != 0
    assert f"{old} is not Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "var").exists()


def test_no_secret_is_on_a_command_line() -> None:
    """Secrets go through the environment, because everybody on a machine can read command lines."""
    assert "EXACT_CLIENT" not in re.sub(r"##.*|^#.*", "", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_no_lock_names_a_package_index() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        text = (ROOT / lock).read_text()
        assert not re.search(r"--(?:extra-)?index-url|--find-links|file:|https?://", text), lock
        assert all("==" in line for line in text.splitlines() if line and line[0] not in " #-"), lock
