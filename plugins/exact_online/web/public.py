"""The app of the pages without a login: each is behind a signed link, and shows its subject alone.

An app of its own, so that nothing of the pages behind the login can be reached through it.
"""

from __future__ import annotations

from fastapi import FastAPI

from exact_online.web.app import make_app
from exact_online.web.public_access import guard_public, limit_visitor
from exact_online.web.public_routes import activate, consent, delivering, stop


def make_public() -> FastAPI:
    """Return the app. Each route below it passes `guard_public`, and counts for its visitor."""
    modules = (activate, delivering, consent, stop)
    app = make_app([guard_public, limit_visitor], [module.router for module in modules])
    app.state.is_public = True
    return app


public = make_public()
