"""How a route answers with a page: the template, the language and the rights of who asks."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from exact_online.web.access import Right, may
from exact_online.web.language import Words, chosen_language

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
SEE_OTHER = 303


class Static(StaticFiles):
    """Our styles and scripts. Their address has a digest of their content, so they never change."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


@cache
def static_digest() -> str:
    """Return a digest of all static files, for their addresses."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(STATIC.iterdir()))).hexdigest()[:12]


@cache
def _templates(language: str) -> Environment:
    words = Words(language)
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_texts = environment.install_gettext_callables  # type: ignore[attr-defined]
    install_texts(words.gettext, words.ngettext, newstyle=True)
    environment.filters.update(euro=words.euro, number=words.number, day=words.day, moment=words.moment)
    environment.globals.update(language=language, Right=Right)
    return environment


class View:
    """One request, and how it is answered."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.words = Words(chosen_language(request))
        self.root: str = request.scope["root_path"]
        """The address of our own app, with the prefix of a proxy."""
        self.airflow: str = request.scope.get("app_root_path", "")
        """The prefix of Airflow's own addresses."""

    def text(self, message: str, **values: Any) -> str:
        """Return a text of the code in the reader's language, with its values."""
        return self.words.gettext(message) % values

    def may(self, right: Right, practice: str | None = None) -> bool:
        """Return whether who asks has a right; nobody has one behind a signed link."""
        user = getattr(self.request.state, "user", None)
        return user is not None and may(user, right, practice)

    @property
    def user_name(self) -> str:
        """The name of who asks, as it is kept with an act."""
        return str(self.request.state.user.get_name())

    @property
    def user_id(self) -> str:
        """The id of who asks, as the auth manager knows it."""
        return str(self.request.state.user.get_id())

    @property
    def is_public(self) -> bool:
        """True on the pages without a login, which lead to no others."""
        return bool(getattr(self.request.app.state, "is_public", False))

    @property
    def is_framed(self) -> bool:
        """True when Airflow's frame shows the page."""
        return self.request.headers.get("sec-fetch-dest") == "iframe"

    @property
    def is_fragment(self) -> bool:
        """True when htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    def page(
        self, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """Return a template as an answer."""
        html = (
            _templates(self.words.language)
            .get_template(template)
            .render(
                view=self,
                root=self.root,
                airflow=self.airflow,
                digest=static_digest(),
                **values,
            )
        )
        return HTMLResponse(html, status, headers)

    def go_to(self, path: str) -> RedirectResponse:
        """Return a redirect to a page of ours, after a form: loading it again sends nothing."""
        return RedirectResponse(f"{self.root}{path}", SEE_OTHER)


def view(request: Request) -> View:
    """The dependency of the routes."""
    return View(request)


ThisView = Annotated[View, Depends(view)]
