"""Tells Airflow of the pages of the link: the entry in its navigation, the tab of a DAG, the apps;
and of what loads code ahead, and from when a night is late.

Registration only. Every task process of Airflow imports this module too, so it imports nothing of
the pages: what `fastapi_apps` needs is imported when the api-server asks for it.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from exact_online import preload, run_note
from exact_online.night_deadline import StartOfNight
from exact_online.schedule import PAGES, PROBE, PUBLIC_PAGES

log = logging.getLogger(__name__)


class ExactOnlinePages(AirflowPlugin):  # type: ignore[misc]
    """The pages "Exact Online" in Airflow's user interface."""

    name = "exact_online"
    listeners: ClassVar[list[Any]] = [preload, run_note]
    deadline_references: ClassVar[list[Any]] = [StartOfNight]
    external_views: ClassVar[list[dict[str, Any]]] = [
        {
            "name": "Exact Online",
            "href": f"{PAGES}/",
            "destination": "nav",
            "url_route": PAGES,
            "nav_top_level": True,
            "icon": f"{PAGES}/static/icon.svg",
            "icon_dark_mode": f"{PAGES}/static/icon-dark.svg",
        },
        {
            "name": "Exact Online",
            "href": f"{PAGES}/dag/{{DAG_ID}}",
            "destination": "dag",
            "url_route": f"{PAGES}-practice",
        },
    ]

    @cached_property
    def global_operator_extra_links(self) -> list[Any]:
        """The buttons of a task that lead to the pages; only what shows tasks asks for them."""
        from exact_online.web.task_links import TASK_LINKS

        return [*TASK_LINKS]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The apps; only the api-server asks for them.

        Tasks need the api-server too, so pages that can't be loaded must not keep it from
        starting: they then answer 503, and its log says why.
        """
        try:
            from exact_online.web.pages import pages
            from exact_online.web.probe import probe
            from exact_online.web.public import public
        except Exception:
            log.exception("The pages of Exact Online can't be loaded")
            pages = public = probe = _unavailable()
        return [
            {"app": pages, "url_prefix": f"/{PAGES}", "name": "Exact Online"},
            {"app": public, "url_prefix": f"/{PUBLIC_PAGES}", "name": "Exact Online: signed links"},
            {"app": probe, "url_prefix": f"/{PROBE}", "name": "Exact Online: health"},
        ]


def _unavailable() -> Any:
    """An app that answers every request with 503."""
    from fastapi import FastAPI, Response

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route(
        "/{path:path}",
        lambda _request: Response("These pages can't be loaded: the api-server's log says why.", 503),
    )
    return app
