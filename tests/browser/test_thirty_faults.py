"""The morning after a night with 30 faults, in a browser; its nights run in this process.

`make morning` does the same with a scheduler, and takes pictures.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from cryptography.fernet import Fernet, MultiFernet
from playwright.sync_api import Page

from dev.demo import link
from dev.demo.practices import division_document
from dev.local.postgres import Server
from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.failures import ReconnectNeeded
from exact_online.ledger import Ledger
from exact_online.schedule import PAGES, PUBLIC_PAGES
from simulator import running, world_from_seed
from simulator.world import World
from tests.browser.conftest import EXACT_CLIENT, EXACT_SECRET, Site
from tests.conftest import WORKER, reader_dsn
from tests.dags.mailbox import Mailbox, serving
from tests.link.scopes import grant_only
from tests.morning import proof
from tests.morning.people import Bookkeeper, all_of
from tests.morning.places import fill, practices
from tests.morning.plan import FAULTS, PLEIN
from tests.morning.support import Support
from tests.stage import Stage


def _world(site: Site) -> World:
    world = world_from_seed({"practices": [division_document(each) for each in practices()]})
    world.authority.apps.clear()
    world.register_app(EXACT_CLIENT, EXACT_SECRET, f"{site.url}/{PUBLIC_PAGES}/consent")
    grant_only(world)
    world.switches.set("plain_http_redirect", "accepted")
    world.limits.off()
    return world


@contextmanager
def _linked(site: Site, ledger: Ledger, james: str) -> Iterator[Stage]:
    """The five practices, linked: four by one Exact user, the fifth by its own."""
    connection = json.loads(site.environment["AIRFLOW_CONN_EXACT_ONLINE"])
    keys = MultiFernet([Fernet(connection["extra"]["token_keys"])])
    world = _world(site)
    with running(world, port=site.exact_port) as url:
        Bookkeeper(url).give_own_user(PLEIN)
        stage = Stage(james, site.ledger_dsn, url, world, keys, SystemClock())
        link.register(ledger, practices())
        link.link(ledger, stage.app, keys, f"{site.url}/{PUBLIC_PAGES}/consent", practices())
        yield stage


def _night(stage: Stage, name: str) -> None:
    for practice in practices():
        with suppress(ReconnectNeeded):
            stage.run(practice.code, name=name, book_day=book_day(dt.datetime.now(dt.UTC)))


def test_each_fault_is_found_cured_and_gone_the_next_night(
    site: Site, ledger: Ledger, postgres: Server, open_as: Callable[..., Page]
) -> None:
    name = f"james_of_the_morning_{WORKER}"
    owner_dsn = postgres.create_database(name)
    fill(owner_dsn)
    box = Mailbox(port=site.mail_port)
    with (
        _linked(site, ledger, reader_dsn(postgres, name)) as stage,
        serving(box),
        psycopg.connect(owner_dsn, autocommit=True) as owner,
    ):
        people = all_of(owner, Bookkeeper(stage.exact_url))
        _night(stage, "before")
        assert proof.open_items(ledger) == []
        for fault in FAULTS:
            fault.kind.plant(people[fault.practice])
        proof.an_hour_passes(people[PLEIN].exact, ledger)
        _night(stage, "with faults")
        page = open_as("support", "/?q=fysio")
        support = Support(page, f"{site.url}/{PAGES}", page.context.new_page(), people, box.texts)
        proof.pages_say_what_sql_says(support, ledger, owner)
        for fault in FAULTS:
            support.work_off(fault)
        _night(stage, "after the cures")
        support.accept_what_is_left(FAULTS)
        _night(stage, "after that")
        proof.all_is_well(support, ledger, owner)
    assert len(support.found) == 30
    assert {found.clicks for found in support.found} == {2}
    assert len(box.messages) == 2  # the question, and the link
