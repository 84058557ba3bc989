"""The whole state of a simulated Exact Online, and the one lock around it."""

from __future__ import annotations

import random
import secrets
import threading
from collections import deque

from simulator.auditor import Auditor
from simulator.call_log import Call
from simulator.clock import Clock
from simulator.division import Division
from simulator.faults import Faults
from simulator.limits import Limits
from simulator.oauth import Authority
from simulator.people import App, User
from simulator.shared_state import SharedState
from simulator.switches import Switches

REDIRECT_URI = "https://localhost/exact-online/callback"
FIRST_DIVISION = 3_100_001


class World:
    """One Exact Online. A request has its whole effect under `lock`.

    Take it to reach in while requests run.
    """

    def __init__(self, *, clock: Clock | None = None, switches: Switches | None = None) -> None:
        self.lock = threading.RLock()
        self.shared = SharedState(clock or Clock(), switches or Switches())
        self.clock = self.shared.clock
        self.switches = self.shared.switches
        self.users = self.shared.users
        self.limits = Limits(self.clock)
        self.authority = Authority(self.clock, self.switches)
        self.divisions: dict[int, Division] = {}
        self.auto_consent = False
        """The authorize page sends the browser back at once, for the first user and all of that
        user's divisions."""
        self.log: deque[Call] = deque(maxlen=2000)
        self.faults = Faults(self.clock, random.Random(0))
        self.auditor = Auditor(self.authority)

    def add_user(self, user: User) -> User:
        """Add a user and return it."""
        self.users[user.id] = user
        return user

    def register_app(
        self, client_id: str | None = None, client_secret: str | None = None, redirect_uri: str = REDIRECT_URI
    ) -> App:
        """Register an app and return it; id and secret are made up unless given."""
        app = App(
            client_id or secrets.token_hex(16), client_secret or secrets.token_urlsafe(12), redirect_uri
        )
        self.authority.apps[app.client_id] = app
        return app

    def add_division(self, name: str, practice: str | None = None, code: int | None = None) -> Division:
        """Add a division and return it; its number is the next one unless given."""
        code = code or max(self.divisions, default=FIRST_DIVISION - 1) + 1
        self.divisions[code] = Division(self.shared, code, name, practice)
        return self.divisions[code]

    def division(self, wanted: int | str) -> Division:
        """Return a division by its number, or by the practice it was seeded for.

        KeyError names what there is.
        """
        for division in self.divisions.values():
            if wanted in {division.code, division.practice}:
                return division
        there = ", ".join(f"{division.code} ({division.practice})" for division in self.divisions.values())
        raise KeyError(f"There is no division {wanted!r}; there are: {there}.")

    @property
    def app(self) -> App:
        """Return the first registered app."""
        return next(iter(self.authority.apps.values()))

    @property
    def user(self) -> User:
        """Return the first user."""
        return next(iter(self.users.values()))

    def consent(
        self, user: User | None = None, divisions: set[int] | None = None, app: App | None = None
    ) -> str:
        """Return a code as the consent page hands it out, for tests that skip the browser."""
        with self.lock:
            user = user or self.user
            chosen = user.divisions if divisions is None else divisions & user.divisions
            return self.authority.consent(app or self.app, user, frozenset(chosen))

    def tokens(self, user: User | None = None, divisions: set[int] | None = None) -> dict[str, str]:
        """Return the JSON of new tokens, without a browser or a call to the token endpoint."""
        with self.lock:
            app = self.app
            code = self.consent(user, divisions, app)
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
            return self.authority.token(
                {**form, "client_id": app.client_id, "client_secret": app.client_secret}
            )
