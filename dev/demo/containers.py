"""The service demo of docker-compose.yaml: fill James and link the demo practices.

Airflow then runs their nights on schedule. The settings are in the environment: JAMES_OWNER_DB,
AIRFLOW_CONN_EXACT_SYNC_DB, EXACT_URL, EXACT_CLIENT_ID, EXACT_CLIENT_SECRET, EXACT_TOKEN_KEYS, and
EXACT_ONLINE_ENVIRONMENT, which must be `demo`. A ledger that has, or had, anything else than the
demo is left as it is.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing

from cryptography.fernet import Fernet, MultiFernet

from dev.demo import link
from dev.demo.james import fill_once
from dev.demo.practices import newcomer, practices
from dev.local.failures import CannotRun
from exact_online.api.grants import App
from exact_online.environment import DEMO, ENVIRONMENT_VARIABLE, is_demo
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger, connect


def main() -> str:
    """Fill James and link the practices, and return a sentence that says so.

    A second call changes nothing. Raise CannotRun or LinkFailure when it fails.
    """
    james = _setting("JAMES_OWNER_DB")
    if not is_demo():
        raise CannotRun(f"{ENVIRONMENT_VARIABLE} is not {DEMO}: set ENVIRONMENT_NAME=demo in .env.")
    app = App(_setting("EXACT_URL"), _setting("EXACT_CLIENT_ID"), _setting("EXACT_CLIENT_SECRET"))
    keys = MultiFernet([Fernet(key.strip()) for key in _setting("EXACT_TOKEN_KEYS").split(",")])
    with closing(connect(_setting("AIRFLOW_CONN_EXACT_SYNC_DB"))) as connection:
        ledger = Ledger(connection)
        _check_ledger(ledger)
        fill_once(james)
        link.register(ledger)
        link.link(ledger, app, keys)
    return "The demo practices are linked to their divisions."


def _check_ledger(ledger: Ledger) -> None:
    """Write down that this is the ledger of a demo.

    Raise NotReady for one that is at home elsewhere, CannotRun for one without a home that has
    other practices.
    """
    demo = {known.code for known in (*practices(), newcomer())}
    others = sorted(set(ledger.practices.codes()) - demo)
    if others and not ledger.home.is_known():
        raise CannotRun(f"The ledger has practices that are not of the demo ({', '.join(others[:3])}).")
    ledger.home.check()


def _setting(name: str) -> str:
    if not os.environ.get(name):
        raise CannotRun(f"{name} is not set: docker-compose.yaml gives it to the service demo.")
    return os.environ[name]


if __name__ == "__main__":
    try:
        print(main())
    except (CannotRun, LinkFailure) as problem:
        sys.exit(str(problem))
