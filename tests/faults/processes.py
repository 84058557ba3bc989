"""Loop C: real processes against a PostgreSQL of their own.

Killed, stopped, terminated, and the server itself stopped hard.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess

from dev.local.child_process import ChildProcess
from dev.local.postgres import Server, start_attached
from exact_online.failures import LinkFailure
from tests.faults.invariants import violations_at_rest
from tests.faults.worker import Order, work
from tests.link.small import BOOK_DAY, KEY, SmallLink

SETTLE_SECONDS = 0.3
LONGEST_LIFE_SECONDS = 1.6
STALL_SECONDS = 0.5
LONGEST_NIGHT_SECONDS = 120
MOST_WORKERS = 4000
GRACE_SECONDS = 10
"""What Kubernetes and Docker give at least is 10 seconds."""
TERMINATED = 128 + signal.SIGTERM
NIGHT = "the night"


@dataclass
class Cluster:
    """The PostgreSQL of this loop."""

    server: Server
    process: ChildProcess

    def stop_hard(self) -> None:
        """As if its machine were switched off; then it is started again."""
        pid = self.server.pid
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        while self.server.pid == pid:
            time.sleep(0.01)
        self.process.stop()
        self.process = start_attached(self.server)


@dataclass
class Mayhem:
    """Starts workers on one night, and ends them at random moments until there were enough."""

    link: SmallLink
    cluster: Cluster
    chance: random.Random
    kills: int
    until: float = float("inf")
    """Moment of the monotonic clock after which no new worker is started."""
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What was wrong about a death itself."""

    def run(self) -> list[str]:
        """What is wrong when the night has come to rest after all of it."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.worker"])
        one_of_each = [self._kill, self._terminate, self._stall, self._stop_server]
        acts = [self._kill] * 14 + [self._terminate] * 3 + [self._stall] * 3 + [self._stop_server]
        for round_ in range(MOST_WORKERS):
            if sum(self.done.values()) >= self.kills or time.monotonic() > self.until:
                break
            worker = self._start(context.Process)
            time.sleep(self.chance.uniform(0.02, LONGEST_LIFE_SECONDS))
            act = one_of_each[round_] if round_ < len(one_of_each) else self.chance.choice(acts)
            act(worker, context.Process)
            worker.kill()
            worker.join()
        return self._at_rest(context.Process)

    def _at_rest(self, make: Callable[..., ForkServerProcess]) -> list[str]:
        """A night of their own may finish what a run of many deaths gave up on."""
        self.link.die()
        for name in (NIGHT, "the next night", "the last night"):
            last = self._start(make, name)
            last.join(LONGEST_NIGHT_SECONDS)
            if last.is_alive():
                last.kill()
                return [f"{name} does not end within {LONGEST_NIGHT_SECONDS} seconds"]
        self.link.place.reopen()
        self.link.james.conn = self.link.place.james_owner
        self.link.settle_seconds = SETTLE_SECONDS
        try:
            self.link.night("report")
        except LinkFailure as failure:
            return [f"not at rest: {failure}"]
        return self.wrong + violations_at_rest(self.link)

    def _start(self, make: Callable[..., ForkServerProcess], name: str = NIGHT) -> ForkServerProcess:
        place, app = self.link.place, self.link.world.app
        order = Order(
            place.ledger_dsn, place.james_dsn, self.link.url, app.client_id, app.client_secret, KEY,
            self.link.practice.code, name,
            BOOK_DAY, SETTLE_SECONDS,
        )  # fmt: skip
        worker = make(target=work, args=(order,), daemon=True)
        worker.start()
        return worker

    def _kill(self, worker: ForkServerProcess, _: object) -> None:
        self._signal(worker, signal.SIGKILL)

    def _terminate(self, worker: ForkServerProcess, _: object) -> None:
        """FR-A12: a deploy waits for a worker that was asked to end, and then it has ended."""
        if self._signal(worker, signal.SIGTERM):
            worker.join(GRACE_SECONDS)
            if worker.is_alive():
                self.wrong.append(f"a worker does not end within {GRACE_SECONDS} seconds of SIGTERM")
            elif worker.exitcode not in (0, TERMINATED):
                self.wrong.append(f"a worker ends with {worker.exitcode} after SIGTERM")

    def _signal(self, worker: ForkServerProcess, number: signal.Signals) -> bool:
        """False when the worker had ended by itself before the signal came."""
        if not worker.is_alive() or worker.pid is None:
            return False
        try:
            os.kill(worker.pid, number)
        except ProcessLookupError:
            return False
        self.done[number.name] += 1
        return True

    def _stall(self, worker: ForkServerProcess, make: Callable[..., ForkServerProcess]) -> None:
        """FR-D1: the first stands still, a second one is started, the first wakes up.

        The second dies, the first goes on for a while.
        """
        if not self._signal(worker, signal.SIGSTOP):
            return
        second = self._start(make)
        time.sleep(self.chance.uniform(0.1, STALL_SECONDS))
        self._wake(worker)
        time.sleep(self.chance.uniform(0.0, STALL_SECONDS))
        self._signal(second, signal.SIGKILL)
        second.join()
        self._signal(worker, signal.SIGKILL)

    def _wake(self, worker: ForkServerProcess) -> None:
        """It may have ended in the moment in which it was to be stopped."""
        assert worker.pid is not None
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGCONT)

    def _stop_server(self, worker: ForkServerProcess, _: object) -> None:
        """FR-A14: commits whose answer is lost."""
        self.done["server stopped hard"] += 1
        self.cluster.stop_hard()
