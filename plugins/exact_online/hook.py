"""Airflow's hook for Exact Online: makes a client of the Airflow connection `exact_online`.

The connection holds the base URL (host, port), the client id (login), the client secret (password)
and, in extra, the keys that encrypt the tokens in the ledger. Airflow's own HttpHook would send
login, password and extra as headers; this hook sends none of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret
from cryptography.fernet import Fernet, MultiFernet
from requests import Session

from exact_online.api import limits, masking, transport
from exact_online.api.budget import NIGHTLY_RESERVE, CallBudget
from exact_online.api.client import ExactClient
from exact_online.api.deadline import new_session
from exact_online.api.grants import CLIENT_AUTHS, App
from exact_online.api.oauth import TokenChain
from exact_online.clock import Clock
from exact_online.failures import LinkFailure, NotReady
from exact_online.ledger import Ledger, LedgerClock, Practice
from exact_online.stops import Stop

DEFAULT_BASE_URL = "https://start.exactonline.nl"


class ExactOnlineHook(HttpHook):  # type: ignore[misc]
    """Makes clients that share one HTTP session; the connection is read once."""

    conn_name_attr = "exact_conn_id"
    default_conn_name = "exact_online"
    conn_type = "exact_online"
    hook_name = "Exact Online"

    def __init__(
        self, exact_conn_id: str = default_conn_name, clock: Clock | None = None, **kwargs: Any
    ) -> None:
        super().__init__(method=kwargs.pop("method", "GET"), http_conn_id=exact_conn_id, **kwargs)
        self.exact_conn_id = exact_conn_id
        self.clock = clock
        masking.on_announce(_tell_airflow)
        masking.protect()

    def get_conn(
        self, headers: dict[Any, Any] | None = None, extra_options: dict[str, Any] | None = None
    ) -> Session:
        """Return an HTTP session that has nothing of the connection.

        Airflow's HttpHook sends login and password as Basic authorisation, and extras as headers.
        """
        session = new_session()
        session.headers.update(headers or {})
        return session

    @cached_property
    def session(self) -> Session:
        """The HTTP session of all calls; the token is added to each request separately."""
        return self.get_conn()

    def app(self) -> App:
        """Return our app at Exact.

        Raise NotReady when the connection, its client id or its secret is missing, or `client_auth`
        is not known.
        """
        connection = self._connection
        if not connection.login or not connection.password:
            raise NotReady(Stop.APP_INCOMPLETE, connection=self.exact_conn_id)
        client_auth: Any = self._extra("client_auth") or "form"
        if client_auth not in CLIENT_AUTHS:
            raise NotReady(Stop.CLIENT_AUTH_UNKNOWN, connection=self.exact_conn_id, found=client_auth)
        return App(self._base_url(connection), connection.login, connection.password, client_auth)

    def redirect_uri(self) -> str:
        """Return the address that Exact sends a consent to, from extra; empty when it has none."""
        return str(self._extra("redirect_uri") or "")

    def entry_url(self, division: int, entry_id: str) -> str:
        """Return where a person sees an entry in Exact's own pages.

        Exact documents no address of one entry. Without `entry_url` in extra, a text with
        ``{division}`` and ``{entry_id}``, it is the financial menu of the division. Raises NotReady
        when the connection is not complete.
        """
        known = str(
            self._extra("entry_url") or f"{self.app().base_url}/docs/FinMenu.aspx?_Division_={{division}}"
        )
        return known.replace("{division}", str(division)).replace("{entry_id}", entry_id)

    def keys(self) -> MultiFernet:
        """Return the keys of the tokens in the ledger.

        Raise NotReady when the connection has none, or one that is no Fernet key.
        """
        written = self._extra("token_keys") or ""
        try:
            return MultiFernet([Fernet(key.strip()) for key in str(written).split(",")])
        except ValueError:
            raise NotReady(Stop.TOKEN_KEYS_UNUSABLE, connection=self.exact_conn_id) from None

    def client(self, practice: Practice, ledger: Ledger, *, backfill: bool = False) -> ExactClient:
        """Calls to the division of `practice`.

        Ages and windows are measured by the ledger's clock, which all workers share.
        Calls are counted in the session of `ledger`; the token is renewed in sessions of its own. A
        backfill leaves calls of the day to the nightly run. Raises NotReady when the practice is
        not linked yet, and in a copy of a ledger: a token that is renewed there ends the original's
        link, and in a demo it would go to a simulator (FR-L8, FR-K12).
        """
        if practice.chain_id is None or practice.division is None:
            raise NotReady(Stop.PRACTICE_NOT_LINKED, practice=practice.code)
        ledger.home.reject_copy()
        store = ledger.tokens.chain(practice.chain_id)
        clock = self.clock or LedgerClock(ledger.session)
        tokens = TokenChain(store, self.app(), self.keys(), self.session, clock)
        assumed = int(self._extra("calls_per_minute") or limits.MINUTE_LIMIT)
        reserve = NIGHTLY_RESERVE if backfill else 0
        budget = CallBudget(
            ledger.call_windows, practice.division, clock, reserve=reserve, minute_limit=assumed
        )
        return ExactClient(self.session, self.app().base_url, practice.division, tokens, budget, clock)

    def test_connection(self) -> tuple[bool, str]:
        """Test the connection, for the button in Airflow's form; return success and a sentence.

        It asks for ``current/Me`` without a token: a server of Exact answers that with 401.
        """
        try:
            base_url, _ = self.app().base_url, self.keys()
            url, headers = f"{base_url}/api/v1/current/Me?$select=UserID", {"Accept": "application/json"}
            reply = transport.exchange(
                self.session, transport.Call("GET", url, "current/Me", headers), transport.NoAuth()
            )
        except LinkFailure as failure:
            return False, str(failure)
        except (transport.NeverSent, transport.AnswerLost) as trouble:
            return False, f"Exact can't be reached ({trouble}); check the base URL and the network."
        if reply.status == 401:
            return True, "Exact is there. Whether it knows the app shows when a practice authenticates."
        return False, f"{base_url} answers {reply.status} where Exact answers 401; check the base URL."

    def _base_url(self, connection: Any) -> str:
        host = connection.host or DEFAULT_BASE_URL
        url = host if "://" in host else f"{connection.schema or 'https'}://{host}"
        port = connection.port if connection.port and connection.port != transport.origin(url)[2] else None
        return transport.checked_base_url(f"{url.rstrip('/')}:{port}" if port else url)

    @cached_property
    def _connection(self) -> Any:
        """Airflow's connection. Raises NotReady when Airflow does not know it."""
        try:
            return self.get_connection(self.exact_conn_id)
        except AirflowNotFoundException:
            raise NotReady(Stop.CONNECTION_MISSING, connection=self.exact_conn_id) from None

    def _extra(self, name: str) -> Any:
        return self._connection.extra_dejson.get(name)


def _tell_airflow(secret: str) -> None:
    """Tell Airflow's masker a secret, in a task.

    It keeps all that it is told, and compiles them anew for each. Airflow gives every task a new
    one; that of a process that stays would grow for good, and what such a process logs is masked
    by another one of Airflow's.
    """
    try:
        get_current_context()
    except RuntimeError:
        return
    mask_secret(secret)
