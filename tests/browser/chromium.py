"""The headless Chromium of npm package `@sparticuz/chromium`, which needs neither root nor Node.

`make test` installs the package into var/browser; it is unpacked there once. Its libraries and
fonts come with it.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import tarfile
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright

from dev.local.places import VAR

FOLDER = VAR / "browser"
PACKAGE = FOLDER / "node_modules/@sparticuz/chromium"
AXE = FOLDER / "node_modules/axe-core/axe.min.js"
ARCHIVES = ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br")
OPTIONS = ("--no-sandbox", "--headless=shell", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote")


def unpacked() -> Path:
    """Return the folder with the browser; unpack it first when that was not done."""
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = FOLDER / f"chromium-{version}"
    with (FOLDER / "unpack.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _unpack(folder)
    return folder


def _unpack(folder: Path) -> None:
    part = folder.with_suffix(".part")
    part.mkdir(parents=True, exist_ok=True)
    (part / "chromium").write_bytes(_content("chromium.br"))
    (part / "chromium").chmod(0o755)
    for name in ARCHIVES:
        with tarfile.open(fileobj=io.BytesIO(_content(name))) as archive:
            archive.extractall(part, filter="data")
    (part / "fonts.conf").write_text(
        '<fontconfig><dir prefix="relative">fonts</dir>'
        '<cachedir prefix="relative">cache</cachedir></fontconfig>'
    )
    part.rename(folder)


def _content(name: str) -> bytes:
    return bytes(brotli.decompress((PACKAGE / "bin" / name).read_bytes()))


def launch(playwright: Playwright) -> Browser:
    """Start the browser."""
    folder = unpacked()
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": f"{folder}/lib",
        "FONTCONFIG_FILE": f"{folder}/fonts.conf",
        "HOME": str(folder),
        "LANGUAGE": "nl_NL",  # how it writes a date in its own field
        "LC_ALL": "nl_NL.UTF-8",
    }
    return playwright.chromium.launch(
        executable_path=folder / "chromium", env=environment, args=list(OPTIONS)
    )
