"""Airflow's own public API, called with the token of the person who asks: it checks his rights."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from fastapi import Depends, Request

from exact_online.registry import DAG_PREFIX

SECONDS = 20.0


class Started(StrEnum):
    """What came of starting a dry run."""

    STARTED = "started"
    NOT_THERE = "not_there"
    """Airflow has not read the DAG yet: it does within a minute."""
    DENIED = "denied"
    FAILED = "failed"


class AirflowApi:
    """The API of the api-server that answers this very request."""

    def __init__(self, address: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._options: dict[str, Any] = {
            "base_url": f"{address}/api/v2",
            "headers": {"Authorization": f"Bearer {token}"},
            "cookies": {COOKIE_NAME_JWT_TOKEN: token},
            "timeout": SECONDS,
            "trust_env": False,
            "transport": transport,
        }

    async def start_dry_run(self, practice: str) -> Started:
        """Let the practice's DAG run, and start a dry run of it; return what came of it."""
        dag = f"/dags/{quote(DAG_PREFIX + practice)}"
        body = {"logical_date": None, "conf": {"dry_run": True}}
        try:
            async with httpx.AsyncClient(**self._options) as http:
                answer = await http.patch(dag, json={"is_paused": False}, params={"update_mask": "is_paused"})
                if answer.is_success:
                    answer = await http.post(f"{dag}/dagRuns", json=body)
        except httpx.HTTPError:
            return Started.FAILED
        if answer.is_success:
            return Started.STARTED
        return {404: Started.NOT_THERE, 401: Started.DENIED, 403: Started.DENIED}.get(
            answer.status_code, Started.FAILED
        )


def airflow_api(request: Request) -> AirflowApi:
    """Return the API, with the token that this request came with."""
    host, port = request.scope["server"]
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer if scheme.lower() == "bearer" else request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
    return AirflowApi(f"http://{host}:{port}{request.scope.get('app_root_path', '')}", token)


ThisAirflow = Annotated[AirflowApi, Depends(airflow_api)]
