"""The REST API: who calls, are they allowed to, is a call left, and then the read or write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from simulator import lists, values, writing, xml_upload
from simulator.atom import as_atom
from simulator.contract import BY_ENDPOINT, BY_PATH, CONTRACT, Resource
from simulator.division import Division
from simulator.exchange import JsonResponse, Request, Response, error_response
from simulator.limits import Caller, TooManyCalls
from simulator.oauth import Grant, Unauthorised
from simulator.people import User
from simulator.reading import Reader
from simulator.rejections import Rejection, bad_request, forbidden, not_found
from simulator.tables import Row
from simulator.world import World

PREFIX = "/api/v1/"
UPLOAD = "docs/XMLUpload"
_SEGMENT = re.compile(r"(?P<path>[^()]+)(?:\((?P<key>.*)\)(?:/(?P<tail>[^()/]+))?)?")
_UNAUTHORISED = {"Reason": "Authentication Required", "WWW-Authenticate": 'Bearer realm="Exact Online"'}
_FUNCTIONS = {"users/UserHasRights", "read/sync/Sync/SyncTimestamp"}


@dataclass(frozen=True)
class Target:
    """What a path names."""

    division: int | None
    endpoint: str
    resource: Resource | None
    key: str | None = None
    tail: str | None = None


def target_of(path: str) -> Target:
    """Return what a path names; its resource is None when Exact has no such one."""
    rest = path.removeprefix(PREFIX)
    if rest.strip("/").lower() == "current/me":
        return Target(None, "current/Me", CONTRACT["Me"])
    number, _, rest = rest.partition("/")
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        return Target(None, rest or "unknown", None)
    found = _SEGMENT.fullmatch(rest.rstrip("/"))
    if found is None:
        return Target(int(number), "unknown", None)
    return _resource_target(int(number), found["path"], found["key"], found["tail"])


def _resource_target(division: int, path: str, key: str | None, tail: str | None) -> Target:
    if key is None and tail is None and path.endswith("/$count"):
        path, tail = path.removesuffix("/$count"), "$count"
    service, _, segment = path.rpartition("/")
    resource = BY_PATH.get((service.lower(), segment))
    return Target(division, resource.uri if resource else path, resource, key, tail)


def _caller(grant: Grant, target: Target) -> Caller:
    return grant.client_id, grant.user_id, target.division or 0, target.endpoint.lower()


class Service:
    """Exact's REST API of one world; is called under the world's lock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._nowhere = Division(world.shared, 0, "")
        """Stands in for the division of current/Me, which has none."""

    def answer(self, request: Request, target: Target) -> Response:
        """Return the answer to a request, errors included, and count it."""
        grant: Grant | None = None
        headers: dict[str, str] = {}
        try:
            grant = self._grant_of(request, target)
            self.world.limits.check_errors(_caller(grant, target))
            if target.division is not None and target.endpoint != "users/UserHasRights":
                headers = self.world.limits.count(grant.client_id, target.division)
            answer = self._execute(request, target, grant, self.world.users[grant.user_id])
            answer = self._in_wanted_format(request, answer)
        except Unauthorised as error:
            grant = error.grant
            answer = Response(status_code=401, headers=_UNAUTHORISED)
        except TooManyCalls as error:
            return self._too_many_calls(error)
        except Rejection as rejection:
            answer = self._rejection_answer(rejection, grant)
        if grant is not None:
            self.world.limits.count_answer(_caller(grant, target), answer.status_code)
        if headers:
            answer.headers.update(headers)
        return answer

    def _grant_of(self, request: Request, target: Target) -> Grant:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised(None)
        return self.world.authority.grant_of(token.strip())

    def _in_wanted_format(self, request: Request, answer: Response) -> Response:
        """JSON only for who asks for it (fact 1.2)."""
        if not isinstance(answer, JsonResponse) or answer.status_code != 200:
            return answer
        return answer if "json" in request.headers.get("accept", "") else as_atom(answer)

    def _too_many_calls(self, error: TooManyCalls) -> Response:
        answer = Response(status_code=429, headers=error.headers)
        if self.world.switches.retry_after == "sent":
            answer.headers["Retry-After"] = str(int(error.seconds) + 1)
        return answer

    def _rejection_answer(self, rejection: Rejection, grant: Grant | None) -> Response:
        status = rejection.status or (500 if self.world.switches.functional_errors == "status_500" else 400)
        dutch = grant is None or self.world.users[grant.user_id].language == "NL"
        return error_response(
            status, [nl if dutch else en for nl, en in rejection.messages], rejection.reason
        )

    # Rights -----------------------------------------------------------------------------------

    def _execute(self, request: Request, target: Target, grant: Grant, user: User) -> Response:
        if user.denied_with:
            raise forbidden(reason=user.denied_with)
        if target.endpoint == "current/Me":
            return self._read_me(request, user)
        division = self._allowed_division(target, grant, user)
        if target.endpoint == UPLOAD:
            return self._upload(request, division, user)
        if target.endpoint in _FUNCTIONS:
            return self._call_function(request, target.endpoint, division, user)
        if target.resource is None:
            raise not_found("Resource not found.")
        self._check_scope(request, target.resource, grant)
        if request.method != "GET" and user.view_only:
            raise forbidden()
        return self._dispatch(request, target, target.resource, division, grant, user)

    def _allowed_division(self, target: Target, grant: Grant, user: User) -> Division:
        if (
            target.resource is CONTRACT["SystemDivisions"]
            and self.world.switches.division_of_system_divisions == "ignored"
        ):
            return self.world.divisions.get(target.division or 0) or next(iter(self.world.divisions.values()))
        division = self.world.divisions.get(target.division or 0)
        if division is None or division.code not in grant.divisions or division.code not in user.divisions:
            raise forbidden(reason="NoDivisionAccess")
        if division.denied_with:
            raise forbidden(reason=division.denied_with)
        return division

    def _check_scope(self, request: Request, resource: Resource, grant: Grant) -> None:
        app = self.world.authority.apps[grant.client_id]
        if request.method == "GET" and resource.scope in app.unreadable_scopes:
            raise forbidden(f"Application Scope Violated. Cannot read '{resource.scope}' scope.")
        if request.method != "GET" and resource.scope in app.unwritable_scopes:
            raise forbidden(f"Application Scope Violated. Cannot manage '{resource.scope}' scope.")

    # What is asked ----------------------------------------------------------------------------

    def _read_me(self, request: Request, user: User) -> Response:
        if request.method != "GET":
            return error_response(405, ["Method Not Allowed"])
        reader = Reader(self._nowhere, CONTRACT["Me"], request, [lists.user_row(self.world, user)])
        reader.base = f"{request.origin}{PREFIX}"
        return reader.read_page()

    def _dispatch(
        self,
        request: Request,
        target: Target,
        resource: Resource,
        division: Division,
        grant: Grant,
        user: User,
    ) -> Response:
        if request.method not in resource.methods:
            return error_response(405, ["Method Not Allowed"])
        if request.method == "GET":
            return self._read(request, target, resource, division, grant, user)
        if request.method == "POST":
            if target.key is not None or target.tail is not None:
                return error_response(405, ["Method Not Allowed"])
            if "json" not in request.headers.get("content-type", ""):
                return error_response(415, ["Unsupported media type requested."])
            return writing.post(division, resource, request, user)
        if target.key is None or target.tail is not None:
            raise bad_request("Bad Request - Error in query syntax.")
        if resource.table == "SystemDivisions":
            raise forbidden()
        return (writing.put if request.method == "PUT" else writing.delete)(
            division, resource, request, user, target.key
        )

    def _read(
        self,
        request: Request,
        target: Target,
        resource: Resource,
        division: Division,
        grant: Grant,
        user: User,
    ) -> Response:
        accept = request.headers.get("accept", "")
        if "application/xml" in accept and "json" not in accept:
            return error_response(415, ["Unsupported media type requested."])
        reader = Reader(division, resource, request, self._rows_of_user(resource, division, grant, user))
        if target.tail == "$count":
            return reader.read_count()
        if target.key is None:
            return reader.read_page()
        return (
            reader.read_one(target.key) if target.tail is None else reader.read_lines(target.key, target.tail)
        )

    def _rows_of_user(
        self, resource: Resource, division: Division, grant: Grant, user: User
    ) -> list[Row] | None:
        """Divisions depend on who asks (fact 4.2)."""
        match resource.name:
            case "SystemDivisions":
                return lists.division_rows(
                    self.world, grant.divisions & user.divisions, user.current_division, hrm=False
                )
            case "HrmDivisions":
                return lists.division_rows(
                    self.world, grant.divisions & user.divisions, division.code, hrm=True
                )
            case "AllDivisions":
                return lists.division_rows(self.world, self.world.divisions, user.current_division, hrm=False)
            case _:
                return None

    def _upload(self, request: Request, division: Division, user: User) -> Response:
        if request.method != "POST":
            return error_response(405, ["Method Not Allowed"])
        if user.view_only:
            raise forbidden()
        topic = parse_qs(request.query).get("Topic", [""])[-1]
        return xml_upload.upload(division, request, topic, user)

    def _call_function(self, request: Request, endpoint: str, division: Division, user: User) -> Response:
        if request.method != "GET":
            return error_response(405, ["Method Not Allowed"])
        given = {name: texts[-1].strip("'") for name, texts in parse_qs(request.query).items()}
        if endpoint == "users/UserHasRights":
            return self._user_has_rights(given, user)
        try:
            since = values.stamp(given.get("modified", "").removeprefix("datetime'"))
        except ValueError:
            raise bad_request("Bad Request - Error in query syntax.") from None
        resource = BY_ENDPOINT.get(f"sync/{given.get('endPoint', '')}".lower())
        if resource is None:
            raise bad_request("Bad Request - Error in query syntax.")
        older = [row["Timestamp"] for row in division[resource.table] if row.get("Modified", 0) < since]
        found = {
            "Modified": f"/Date({since})/",
            "API": given["endPoint"],
            "TimeStampAsBigInt": str(max(older, default=1)),
        }
        return JsonResponse({"d": {"results": [found]}})

    def _user_has_rights(self, given: dict[str, str], user: User) -> Response:
        """``users/UserHasRights``: not billed (fact 4.18)."""
        resource = BY_ENDPOINT.get(given.get("endpoint", "").lower())
        action = given.get("action", "").upper()
        if resource is None or action not in {"GET", "POST", "PUT", "DELETE"}:
            raise bad_request("Bad Request - Error in query syntax.")
        has = action in resource.methods and (action == "GET" or not user.view_only)
        return JsonResponse({"d": {"UserHasRights": has}})
