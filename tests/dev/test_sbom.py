"""The SBOM has what the lock has, no more and no less, and is valid CycloneDX."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from dev.local.places import ROOT
from dev.sbom import make_sbom

PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)(.*(?:\n +--hash.*)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

Key = tuple[str, str]


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    return make_sbom()


def locked() -> dict[Key, set[str]]:
    """Return the hashes of each package and version in the lock."""
    text = (ROOT / "requirements.txt").read_text()
    return {(name, number): set(HASH.findall(rest)) for name, number, rest in PINNED.findall(text)}


def hashes_of(part: dict[str, Any]) -> set[str]:
    return {
        each["content"]
        for reference in part["externalReferences"]
        for each in reference.get("hashes", [])
        if each["alg"] == "SHA-256"
    }


def test_each_line_of_the_lock_is_a_component_with_its_hashes(sbom: dict[str, Any]) -> None:
    lock = locked()
    assert len(lock) > 100
    assert sum(map(len, lock.values())) == (ROOT / "requirements.txt").read_text().count("--hash=")
    assert {(part["name"], part["version"]): hashes_of(part) for part in sbom["components"]} == lock


def test_each_component_has_its_purl_and_what_is_installed_its_licence(sbom: dict[str, Any]) -> None:
    for part in sbom["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
    without = [part["name"] for part in sbom["components"] if not part.get("licenses")]
    assert [name for name in without if _is_installed(sbom, name)] == ["protobuf"]
    """It declares its licence in a file alone."""


def _is_installed(sbom: dict[str, Any], name: str) -> bool:
    numbers = {part["version"] for part in sbom["components"] if part["name"] == name}
    try:
        return numbers == {version(name)}
    except PackageNotFoundError:
        return False


def test_it_is_about_this_project_and_valid(sbom: dict[str, Any]) -> None:
    assert sbom["metadata"]["component"]["name"] == "exact-online-link"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(sbom)) is None
