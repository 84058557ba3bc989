"""Every call of a client: routed, perhaps struck by a fault, answered under the lock, logged."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, unquote_plus

from simulator.call_log import Call
from simulator.exchange import JsonResponse, Request, Response, error_response
from simulator.faults import CallAddress, Fault
from simulator.injection import FaultContext, Outcome, inject
from simulator.limits import TooManyCalls
from simulator.oauth import TokenDenied
from simulator.service import UPLOAD, Service, Target, target_of
from simulator.storage import Storage
from simulator.world import World

TOKEN_PATH = "/api/oauth2/token"  # noqa: S105 - a path
UPLOAD_PATH = "/docs/xmlupload.aspx"


def _upload_target(request: Request) -> Target:
    """The division of an upload is a parameter (fact 5.1)."""
    number = dict(parse_qsl(request.query)).get("_Division_", "")
    return Target(
        int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None, UPLOAD, None
    )


class Gateway:
    """Handles every call of a client to one world."""

    def __init__(self, world: World, storage: Storage | None = None) -> None:
        self.world = world
        self.service = Service(world)
        self.storage = storage

    def respond(self, request: Request) -> Outcome:
        """Carry out a request, atomically, and return what goes back over the wire."""
        started = time.perf_counter()
        with self.world.lock:
            self.world.faults.land()
            target, execute = self._route(request)
            fault = self.world.faults.fault_for(self._address(request, target))
            outcome = inject(fault, self._fault_context(request, target, execute))
            status = outcome.answer.status_code if outcome.answer else 0
            self.world.auditor.count_call(
                target.division, target.endpoint, status, self.world.clock.seconds()
            )
            self._log(request, target, outcome, fault, started)
            if self.storage is not None and (self.world.shared.changed_rows or request.path == TOKEN_PATH):
                self.storage.save(self.world)
            self.world.shared.changed_rows.clear()
        return outcome

    def _route(self, request: Request) -> tuple[Target, Callable[[], Response]]:
        if request.path == TOKEN_PATH:
            return Target(None, "oauth2/token", None), lambda: self._answer_token_call(request)
        target = _upload_target(request) if request.path.lower() == UPLOAD_PATH else target_of(request.path)
        return target, lambda: self._record_write(request, target, self.service.answer(request, target))

    def _record_write(self, request: Request, target: Target, answer: Response) -> Response:
        self.world.auditor.record_write(
            target.division, request.method, target.endpoint, answer.status_code, self.world.clock.seconds()
        )
        return answer

    def _answer_token_call(self, request: Request) -> Response:
        if request.method != "POST":
            return error_response(405, ["Method Not Allowed"])
        try:
            form = dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))
            form = self._with_client(form, request.headers.get("authorization", ""))
            self.world.limits.count_token_call(form.get("client_id", ""), self.world.authority.user_of(form))
            return JsonResponse(self.world.authority.token(form))
        except TokenDenied as denied:
            return JsonResponse(
                denied.body, denied.status, {"Reason": denied.reason} if denied.reason else None
            )
        except TooManyCalls:
            return Response(status_code=429)

    def _with_client(self, form: dict[str, str], authorization: str) -> dict[str, str]:
        """The form with the app's id and secret from where the switch wants them, or without."""
        wanted = self.world.switches.token_client_auth
        if wanted == "basic":
            form = {name: value for name, value in form.items() if not name.startswith("client_")}
        scheme, _, encoded = authorization.partition(" ")
        if wanted != "form" and scheme.lower() == "basic":
            client_id, _, secret = b64decode(encoded).decode("utf-8", "replace").partition(":")
            form |= {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}
        return form

    def _address(self, request: Request, target: Target) -> CallAddress:
        division = self.world.divisions.get(target.division or 0)
        text = (
            f"{unquote(request.query)}\n{request.content.decode('utf-8', 'replace')}"
            if self.world.faults.plan
            else ""
        )
        return CallAddress(
            target.endpoint, request.method, target.division, division.practice if division else None, text
        )

    def _fault_context(
        self, request: Request, target: Target, execute: Callable[[], Response]
    ) -> FaultContext:
        grant, _ = self.world.authority.access.get(request.headers.get("authorization", "")[7:], (None, 0))
        return FaultContext(
            self.world,
            self.world.divisions.get(target.division or 0),
            grant.user_id if grant else None,
            execute,
            request.content,
        )

    def _log(
        self, request: Request, target: Target, outcome: Outcome, fault: Fault | None, started: float
    ) -> None:
        grant, _ = self.world.authority.access.get(request.headers.get("authorization", "")[7:], (None, 0))
        self.world.log.append(
            Call(
                at=self.world.clock.seconds(),
                method=request.method,
                path=request.path,
                query=request.query,
                division=target.division,
                user=self.world.shared.full_name(grant.user_id) if grant else None,
                endpoint=target.endpoint,
                status=outcome.answer.status_code if outcome.answer else 0,
                fault=fault.kind if fault else None,
                milliseconds=(time.perf_counter() - started) * 1000,
            )
        )
