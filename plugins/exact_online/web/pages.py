"""The app of the pages that need Airflow's login."""

from __future__ import annotations

from fastapi import FastAPI

from exact_online.web.access import guard
from exact_online.web.app import make_app
from exact_online.web.routes import (
    activating,
    alike,
    asking,
    auditfiles,
    bookings,
    disconnecting,
    first_sync,
    health,
    judging,
    linking,
    new_practice,
    older,
    open_acts,
    open_items,
    outage,
    practices,
    reasons,
    reconciliation,
    records,
    requirements,
    settings,
    settings_intake,
    workbooks,
)
from exact_online.web.uploads import AUDITFILE, MAX_AUDITFILE_BYTES


def make_pages() -> FastAPI:
    """Return the app. Each route below it passes `guard`."""
    modules = (
        practices,
        reconciliation,
        auditfiles,
        bookings,
        records,
        workbooks,
        new_practice,
        settings,
        settings_intake,
        linking,
        first_sync,
        older,
        requirements,
        alike,
        activating,
        disconnecting,
        open_items,
        open_acts,
        asking,
        judging,
        outage,
        reasons,
        health,
    )
    return make_app(
        [guard], [module.router for module in modules], larger_bodies={AUDITFILE: MAX_AUDITFILE_BYTES}
    )


pages = make_pages()
