"""How many sales entries a second one core books: ``python -m simulator.benchmark [--posts N]``.

Limits are off. The application is called directly, and over loopback, where the posts a second are
those of the server's own CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import MutableMapping
from typing import Any

from simulator.seed import world_from_seed
from simulator.server import build_server, create_app, listen
from simulator.world import World

LINES = 2


def seed() -> dict[str, Any]:
    """Return the smallest seed document that can book a sales entry."""
    return {
        "practices": [
            {
                "practice": "benchmark",
                "FinancialYears": [2026],
                "GLAccounts": [
                    {"Code": "1300", "Description": "Debiteuren", "Type": 20},
                    {"Code": "1500", "Description": "Af te dragen btw", "Type": 24},
                    {"Code": "8000", "Description": "Omzet", "Type": 110},
                ],
                "VATCodes": [
                    {
                        "Code": "2",
                        "Description": "Hoog",
                        "Type": "E",
                        "Percentage": 0.21,
                        "GLToPayCode": "1500",
                    }
                ],
                "Journals": [
                    {"Code": "70", "Description": "Verkoopboek", "Type": 20, "GLAccountCode": "1300"}
                ],
                "PaymentConditions": [{"Code": "14", "Description": "14 dagen", "PaymentDays": 14}],
                "Accounts": [
                    {"Code": str(number), "Name": f"Debiteur {number}", "Status": "C"}
                    for number in range(1, 201)
                ],
            }
        ]
    }


def entry_body(world: World, number: int) -> bytes:
    """Return the body of the n-th sales entry."""
    division = world.division("benchmark")
    account = division.relation(str(number % 200 + 1))["ID"]
    revenue = division["GLAccounts"].first("Code", "8000")
    assert revenue is not None
    line = {
        "AmountFC": 100.0,
        "VATAmountFC": 21.0,
        "GLAccount": revenue["ID"],
        "VATCode": "2",
        "Description": f"{number}",
    }
    entry = {
        "Customer": account,
        "Journal": "70",
        "EntryDate": "2026-03-04",
        "EntryNumber": number,
        "YourRef": f"{number}",
    }
    return json.dumps(
        entry | {"PaymentCondition": "14", "Description": f"{number}", "SalesEntryLines": [line] * LINES}
    ).encode()


def _world() -> tuple[World, str, str]:
    world = world_from_seed(seed())
    world.limits.off()
    path = f"/api/v1/{world.division('benchmark').code}/salesentry/SalesEntries"
    return world, path, world.tokens()["access_token"]


def measure_in_process(posts: int) -> float:
    """Return posts a second of CPU time, without a socket."""
    world, path, token = _world()
    app = create_app(world)
    bodies = [entry_body(world, number) for number in range(1, posts + 1)]
    headers = [
        (b"authorization", f"Bearer {token}".encode()),
        (b"content-type", b"application/json"),
        (b"accept", b"application/json"),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
    }

    async def run() -> None:
        for content in bodies:
            await app(dict(scope), _receive(content), _expect_created)

    started = time.process_time()
    asyncio.run(run())
    return posts / (time.process_time() - started)


def _receive(content: bytes) -> Any:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": content}

    return receive


async def _expect_created(message: MutableMapping[str, Any]) -> None:
    if message["type"] == "http.response.start" and message["status"] != 201:
        raise RuntimeError(f"Expected 201, got {message['status']}")


def measure_over_loopback(posts: int) -> tuple[float, float]:
    """Return posts a second of the server's CPU time, and posts a second by the clock."""
    world, path, token = _world()
    listener = listen()
    requests = [_raw(path, token, entry_body(world, number)) for number in range(1, posts + 1)]
    client = multiprocessing.get_context("fork").Process(
        target=_post_all, args=(listener.getsockname()[1], requests)
    )
    instance = build_server(world)

    async def run() -> tuple[float, float]:
        serving = asyncio.create_task(instance.serve(sockets=[listener]))
        while not instance.started:
            await asyncio.sleep(0.01)
        client.start()
        cpu, clock = time.process_time(), time.perf_counter()
        while client.is_alive():
            await asyncio.sleep(0.01)
        spent = posts / (time.process_time() - cpu), posts / (time.perf_counter() - clock)
        instance.should_exit = instance.force_exit = True
        await serving
        return spent

    spent = asyncio.run(run())
    if client.exitcode:
        raise RuntimeError("A post was not answered with 201.")
    return spent


def _raw(path: str, token: str, content: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nAccept: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _post_all(port: int, requests: list[bytes]) -> None:
    """Waits for each answer before the next post, on one connection."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")
        for request in requests:
            connection.sendall(request)
            status = stream.readline()
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            if b" 201 " not in status:
                raise SystemExit(1)


def main() -> None:
    """Print both measurements."""
    parser = argparse.ArgumentParser(prog="python -m simulator.benchmark", description=__doc__)
    parser.add_argument("--posts", type=int, default=3000)
    posts = parser.parse_args().posts
    print(f"{posts} sales entries of {LINES} lines")
    print(f"  direct    {measure_in_process(posts):8.0f} a second of one core")
    of_cpu, by_clock = measure_over_loopback(posts)
    print(f"  loopback  {of_cpu:8.0f} a second of one core ({by_clock:.0f} by the clock)")


if __name__ == "__main__":
    main()
