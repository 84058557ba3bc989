"""The server: starts itself on loopback, on a port that is free."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.second_fake.books import Books, Rejected
from tests.second_fake.filters import test_of
from tests.second_fake.shapes import PAGE, Row, Shapes, Writer
from tests.second_fake.uploads import upload

DIVISION, ELSEWHERE = 2468, 1357
"""The division of the consent, and the one where the user looked last."""
APP = ("second-app", "second-secret")
USER = "22222222-2222-4222-8222-222222222222"
RESOURCES = {
    "bulk/financial/glaccounts": "GLAccounts", "vat/vatcodes": "VATCodes", "financial/journals": "Journals",
    "financial/glaccounts": "GLAccounts", "cashflow/paymentconditions": "PaymentConditions",
    "financial/financialperiods": "FinancialPeriods", "sync/crm/accounts": "Accounts",
    "bulk/crm/accounts": "Accounts", "crm/accounts": "Accounts", "crm/contacts": "Contacts",
    "crm/bankaccounts": "BankAccounts", "salesentry/salesentries": "SalesEntries",
    "generaljournalentry/generaljournalentries": "GeneralJournalEntries", "sync/deleted": "Deleted",
    "financialtransaction/transactionlines": "TransactionLines",
    "bulk/financial/transactionlines": "TransactionLines",
    "sync/financial/transactionlines": "TransactionLines", "system/divisions": "Divisions",
    "read/financial/journalstatuslist": "JournalStatusList",
}  # fmt: skip
UPLOAD = "/docs/xmlupload.aspx"
FULL_SERVICES = ("bulk/", "sync/")
ADDRESS = re.compile(r"/api/v1/(current|\d+)/([^(]+)(?:\(guid'([^']+)'\))?$", re.IGNORECASE)


class SecondExact:
    """One server with one administration."""

    def __init__(self, document: Mapping[str, Any], shapes: Shapes) -> None:
        self.shapes = shapes
        self.books = Books(document, shapes)
        self.books.tables["Divisions"] = [
            {"Code": DIVISION, "Description": document["division_name"], "Hid": "1", "Status": 1}
        ]
        self.writer = Writer(shapes)
        self.lock = threading.Lock()
        self.tokens = count(1)
        self.refresh_tokens = {self._fresh()["refresh_token"]}
        self.access_tokens: set[str] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _fresh(self) -> dict[str, str]:
        number = next(self.tokens)
        return {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}

    # --- tokens -----------------------------------------------------------------------------------

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, Any]:
        """Answer the token endpoint: the app by form fields, or by HTTP Basic alone."""
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        if self.shapes.basic_auth:
            user, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            given = (unquote(user), unquote(secret))
        if given != APP:
            return 400, {"error": "invalid_request"}
        if form.get("refresh_token") not in self.refresh_tokens:
            return 401, {"error": "unauthorized_client", "error_description": "Old refresh token used."}
        fresh = self._fresh()
        self.refresh_tokens = {fresh["refresh_token"]}
        self.access_tokens = {fresh["access_token"]}
        return 200, {**fresh, "token_type": "bearer", "expires_in": "600"}

    # --- resources --------------------------------------------------------------------------------

    def answer(self, method: str, url: str, body: bytes, authorization: str) -> tuple[int, Any]:
        """Status and document of one call."""
        parts = urlsplit(url)
        found = ADDRESS.match(unquote(parts.path))
        if authorization.removeprefix("Bearer ") not in self.access_tokens:
            return 401, None
        if not found:
            return 404, None
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            division, resource = found[1].lower(), found[2].lower()
            special = self._special(division, resource)
            return special or self._call(
                method, self._table(division, resource), found[3], options, url, json.loads(body or "{}")
            )
        except PermissionError:
            return 403, None
        except KeyError:
            return 404, None
        except (Rejected, ValueError) as words:
            status = self.shapes.rejects_with if isinstance(words, Rejected) else 400
            return status, {"error": {"code": "", "message": {"lang": "", "value": str(words)}}}

    def upload(self, method: str, url: str, body: bytes, authorization: str) -> tuple[int, bytes]:
        """Status and XML of an upload; the topic and the division are in its query."""
        options = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if authorization.removeprefix("Bearer ") not in self.access_tokens:
            return 401, b""
        if self.shapes.uploads == "none":
            return 404, b""
        if options.get("_Division_") != str(DIVISION):
            return 403, b""
        if method != "POST":
            return 405, b""
        try:
            return 200, upload(self.books, options.get("Topic", ""), body)
        except ValueError as words:
            return 400, f"<error>{words}</error>".encode()

    def _special(self, division: str, resource: str) -> tuple[int, Any] | None:
        """What is no table."""
        me = {"UserID": USER, "FullName": "Tweede Gebruiker", "CurrentDivision": ELSEWHERE}
        if (division, resource) == ("current", "me"):
            return 200, {"d": {"results": [self.writer.entity({**me, "LanguageCode": "nl-NL"})]}}
        if resource == "read/sync/sync/synctimestamp" and self.shapes.with_sync:
            return 200, {"d": {"results": [self.writer.entity({"TimeStampAsBigInt": "0"})]}}
        return None

    def _table(self, division: str, resource: str) -> str:
        """Raises PermissionError outside the consent; the number in system/Divisions is not looked
        at.
        """
        if division != str(DIVISION) and resource != "system/divisions":
            raise PermissionError
        if not self.shapes.with_sync and resource.startswith(FULL_SERVICES):
            raise KeyError(resource)
        return RESOURCES[resource]

    def _call(
        self, method: str, table: str, key: str | None, options: Mapping[str, str], url: str, sent: Row
    ) -> tuple[int, Any]:
        if method == "POST":
            made = self.books.make(table, sent)
            self.books.writes.append((method, table))
            names = ("EntryID",) if "EntryID" in made else ("ID",)
            shown = {name: made[name] for name in names} if self.shapes.bare_answers else made
            return 201, {"d": self.writer.entity(shown)}
        if method == "PUT":
            self.books.change(table, key or "", sent)
            self.books.writes.append((method, table))
            return 204, None
        if key is not None:
            return 200, {"d": self.writer.entity(self._selected(self.books.one(table, key), options))}
        test = test_of(options["$filter"]) if options.get("$filter") else lambda _: True
        rows = self.writer.ordered([row for row in self.books.tables[table] if test(_filterable(row))])
        selected = [self._selected(row, options) for row in rows]
        counted = options.get("$inlinecount") == "allpages"
        return 200, self.writer.page(selected, f"{self.url}{url}", int(options.get(PAGE, "0")), counted)

    def _selected(self, row: Row, options: Mapping[str, str]) -> Row:
        """The properties that were asked for; one that the row lacks is null."""
        return {name: row.get(name) for name in options["$select"].split(",")}


def _filterable(row: Row) -> Row:
    return {**row, "Timestamp": int(row["Timestamp"])} if "Timestamp" in row else row


@contextmanager
def running(document: Mapping[str, Any], shapes: Shapes) -> Iterator[SecondExact]:
    """A server that answers until the block ends."""
    exact = SecondExact(document, shapes)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(exact))
    http.daemon_threads = True
    exact.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield exact
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _json(status: int, document: Any) -> tuple[bytes, int]:
    return b"" if document is None else json.dumps(document).encode(), status


def _handler(exact: SecondExact) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            authorization = self.headers.get("Authorization", "")
            kind = "application/json"
            with exact.lock:
                if urlsplit(self.path).path.lower() == UPLOAD:
                    status, content = exact.upload(self.command, self.path, body, authorization)
                    kind = "text/xml"
                elif self.path.lower() == "/api/oauth2/token":
                    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                    content, status = _json(*exact.token(form, authorization))
                else:
                    content, status = _json(*exact.answer(self.command, self.path, body, authorization))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _reply

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
