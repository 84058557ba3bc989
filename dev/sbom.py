"""What production is made of, as an SBOM in CycloneDX: `make sbom` writes var/sbom.json.

Names, versions, hashes and purls are those of the lock, requirements.txt. Licences are what the
packages declare that are installed here; one that the lock has for another Python or another
operating system has none. Both are read by cyclonedx-py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from dev.local.places import ROOT, VAR

FILE = VAR / "sbom.json"


def make_sbom() -> dict[str, Any]:
    """Return the SBOM; the same lock and environment give the same.

    Raises RuntimeError with the words of cyclonedx-py when it fails.
    """
    sbom = _ask_tool("requirements", "--pyproject", "pyproject.toml", "requirements.txt")
    licences = {
        part["purl"]: part["licenses"]
        for part in _ask_tool("environment", sys.executable)["components"]
        if "licenses" in part and "purl" in part
    }
    for part in sbom["components"]:
        if found := licences.get(part["purl"]):
            part["licenses"] = found
    return sbom


def _ask_tool(*words: str) -> dict[str, Any]:
    """What cyclonedx-py says. Its own check of what it writes is a test here: it takes seconds."""
    command = [sys.executable, "-m", "cyclonedx_py", *words, "--output-reproducible", "--no-validate"]
    said = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(said.stderr)
    document: dict[str, Any] = json.loads(said.stdout)
    return document


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(make_sbom(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)} has what production is made of.")
