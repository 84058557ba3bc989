"""What the pages carry of others is what the lock names."""

from __future__ import annotations

from exact_online.web.view import STATIC
from tests.browser.chromium import FOLDER


def test_htmx_is_the_file_of_the_package() -> None:
    package = FOLDER / "node_modules/htmx.org"
    assert (STATIC / "htmx.min.js").read_bytes() == (package / "dist/htmx.min.js").read_bytes()
    assert (STATIC / "htmx-LICENSE.txt").read_bytes() == (package / "LICENSE").read_bytes()
