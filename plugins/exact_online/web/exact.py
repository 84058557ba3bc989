"""Exact, as the pages reach it: our app, its one redirect address, and clients of practices."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import Depends, HTTPException

from exact_online.activation.consent import ExactSide
from exact_online.api.grants import App
from exact_online.failures import NotReady
from exact_online.hook import ExactOnlineHook
from exact_online.schedule import EXACT, PUBLIC_PAGES
from exact_online.stops import Stop
from exact_online.web.language import translatable

NOT_DEFINED = translatable(
    "Connection exact_online is not defined: add it in Airflow under Admin, Connections."
)


def public_address(path: str) -> str:
    """Return the address of a public page, as Airflow's setting `[api] base_url` says.

    A request says nothing about it: who sends one could name a host of his own.
    """
    return f"{conf.get('api', 'base_url').rstrip('/')}/{PUBLIC_PAGES}{path}"


def is_encrypted() -> bool:
    """Return whether browsers reach us over https."""
    return urlsplit(public_address("")).scheme == "https"


def redirect_address() -> str:
    """Return the address that is registered with Exact: all consents come back there."""
    return public_address("/consent")


def signing_key() -> str:
    """Return the secret that signs links; all api-servers share it."""
    return str(conf.get_mandatory_value("api", "secret_key"))


def exact_hook() -> ExactOnlineHook:
    """Return the hook of one request; it reads the connection when it is used."""
    return ExactOnlineHook(EXACT)


def exact_side(hook: ExactOnlineHook) -> ExactSide:
    """Return what a consent needs. Raises NotReady when the connection is not complete."""
    return ExactSide(_app(hook), hook.keys(), hook.session, redirect_address())


def exact_origin(hook: ExactOnlineHook) -> str:
    """Return the scheme and host of Exact, for the policy of a page whose form leads there."""
    parts = urlsplit(_app(hook).base_url)
    return f"{parts.scheme}://{parts.netloc}"


def entry_address(hook: ExactOnlineHook, division: int | None, entry_id: str | None) -> str | None:
    """Return where a person sees an entry in Exact; None without one, or without a connection."""
    if division is None or entry_id is None:
        return None
    try:
        address = hook.entry_url(division, entry_id)
    except NotReady:
        return None
    return address if urlsplit(address).scheme in ("http", "https") else None


def _app(hook: ExactOnlineHook) -> App:
    try:
        return hook.app()
    except NotReady as failure:
        if failure.problems[0][0] != Stop.CONNECTION_MISSING:
            raise
        raise HTTPException(409, NOT_DEFINED) from None


Hook = Annotated[ExactOnlineHook, Depends(exact_hook)]
