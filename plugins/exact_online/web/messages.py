"""Bring the Dutch texts of the pages up to date with code and templates: `make messages`.

New texts come in empty, for a person to fill in; texts that no page has any more go.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from exact_online.web.language import LOCALE_FOLDER
from exact_online.web.view import FOLDER

METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "text": None, "translatable": None}
"""Of the functions whose first argument is a text; `text` is that of a `View`."""


def main() -> None:
    """Rewrite the file."""
    file = LOCALE_FOLDER / "nl" / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as known:
        catalog = read_po(known, locale="nl")
    template = Catalog()
    for name, line, message, comments, context in extract_from_dir(str(FOLDER), METHODS, OPTIONS, KEYWORDS):
        template.add(message, None, [(name, line)], auto_comments=comments, context=context)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with file.open("wb") as out:
        write_po(out, catalog, width=100, sort_output=True, no_location=True, omit_header=True)


if __name__ == "__main__":
    main()
