from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from dev.local.places import ROOT

TARGETS = [
    "help", "setup", "lock", "demo", "demo-settings", "up", "airflow", "simulator", "test", "morning",
    "pictures", "faults", "faults-check", "history", "lint", "sbom", "audit", "digests", "messages",
    "bench", "bench-check", "clean",
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


@pytest.mark.parametrize("mirror", ["", "mirror.example.org/library/"])
def test_the_digests_of_all_base_images_are_printed_as_env_has_them(tmp_path: Path, mirror: str) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "docker").write_text(f'#!/bin/sh\necho "$*" >> "{asked}"\necho sha256:0123\n')
    (tmp_path / "docker").chmod(0o755)
    done = _make("digests", PATH=f"{tmp_path}:/usr/bin:/bin", REGISTRY=mirror)
    example = re.findall(r"^#(\w+_IMAGE)=(\S+)@sha256:", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(example) == 3
    assert sorted(done.stdout.split()) == sorted(f"{name}={mirror}{tag}@sha256:0123" for name, tag in example)
    question = "buildx imagetools inspect {} --format {{{{print .Manifest.Digest}}}}"
    assert sorted(asked.read_text().splitlines()) == sorted(
        question.format(mirror + tag) for _, tag in example
    )


def test_a_registry_that_does_not_answer_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\necho 'ERROR: dial tcp: i/o timeout' >&2\nexit 1\n")
    (tmp_path / "docker").chmod(0o755)
    done = _make("digests", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "i/o timeout" in done.stderr


def test_no_secret_is_on_a_command_line() -> None:
    """Secrets go through the environment, because everybody on a machine can read command lines."""
    assert "EXACT_CLIENT" not in re.sub(r"##.*|^#.*", "", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_no_lock_names_a_package_index() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        text = (ROOT / lock).read_text()
        assert not re.search(r"--(?:extra-)?index-url|--find-links|file:|https?://", text), lock
        assert all("==" in line for line in text.splitlines() if line and line[0] not in " #-"), lock
