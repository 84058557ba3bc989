"""``python -m simulator``: the simulator as a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sqlite3
import sys
from pathlib import Path

from simulator.seed import BadSeed, seed_world
from simulator.server import build_server, listen
from simulator.storage import Storage
from simulator.world import REDIRECT_URI, World

LOOPBACK = "127.0.0.1"
ANY_ADDRESS = "0.0.0.0"


def main() -> int:
    """Run the simulator until it is stopped; return 2 when it can't start."""
    options = _options()
    try:
        storage = Storage(options.database) if options.database else None
        world = _world(options, storage)
        listener = _listen(options.port, ANY_ADDRESS if options.name else LOOPBACK)
    except (BadSeed, OSError, ValueError, sqlite3.Error) as error:
        print(f"The simulator can't start: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print(
        f"Exact Online simulator on http://{options.name or LOOPBACK}:{listener.getsockname()[1]}", flush=True
    )
    _print_credentials(world, made_up=options.client_secret is None)
    instance = build_server(world, storage, name=options.name)
    instance.run(sockets=[listener])
    return 0


def _listen(port: int, host: str) -> socket.socket:
    try:
        return listen(port, host)
    except OSError as error:
        raise OSError(
            f"port {port} can't be used ({error.strerror}). Stop what listens there, or choose another port."
        ) from error


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A strict Exact Online on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=0, help="0 = any free port (default)")
    parser.add_argument(
        "--name",
        default="",
        help="its host name for other containers; it then listens on every address (default: loopback)",
    )
    parser.add_argument("--seed-file", type=Path, required=True, help="JSON as made by `make demo-settings`")
    parser.add_argument("--calls-per-minute", type=int, default=60, help="0 = no limit")
    parser.add_argument("--calls-per-day", type=int, default=5000, help="0 = no limit")
    parser.add_argument(
        "--client-id", default=os.environ.get("EXACT_CLIENT_ID"), help="default: EXACT_CLIENT_ID, or made up"
    )
    parser.add_argument(
        "--client-secret",
        default=os.environ.get("EXACT_CLIENT_SECRET"),
        help="default: EXACT_CLIENT_SECRET, or made up",
    )
    parser.add_argument(
        "--database",
        type=Path,
        help="SQLite file that keeps the books; one that is not empty is gone on with, not seeded",
    )
    parser.add_argument(
        "--redirect-uri", help=f"of the app, also of one in --database; a new app has {REDIRECT_URI}"
    )
    parser.add_argument(
        "--auto-consent", action="store_true", help="the authorize page sends the browser back at once"
    )
    parser.add_argument(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="see docs/simulator.md; may be repeated",
    )
    return parser.parse_args()


def _world(options: argparse.Namespace, storage: Storage | None) -> World:
    world = World()
    if storage is not None and not storage.empty:
        storage.load(world)
        if options.redirect_uri:
            world.app.redirect_uri = options.redirect_uri
    else:
        _seed(world, options)
    for switch in options.switch:
        name, _, value = switch.partition("=")
        world.switches.set(name, value)
    world.limits.calls_per_minute = options.calls_per_minute or None
    world.limits.calls_per_day = options.calls_per_day or None
    world.auto_consent = options.auto_consent
    if storage is not None:
        storage.attach(world)
    return world


def _seed(world: World, options: argparse.Namespace) -> None:
    world.register_app(options.client_id, options.client_secret, options.redirect_uri or REDIRECT_URI)
    seed_world(world, json.loads(options.seed_file.read_text(encoding="utf-8")))


def _print_credentials(world: World, *, made_up: bool) -> None:
    """The secret is only shown when nobody knows it yet."""
    app = world.app
    print(f"  client id      {app.client_id}")
    if made_up:
        print(f"  client secret  {app.client_secret}")
    print(f"  redirect URI   {app.redirect_uri}")
    for division in world.divisions.values():
        print(f"  division       {division.code}  {division.name}")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
