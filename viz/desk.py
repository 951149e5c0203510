"""The desk: worker processes that every session shares. Newest wins, a wish may be taken back, nothing blocks a page.

    ticket = desk().submit(owner, task, job)    # task(job, report) runs in a worker; report(months) is called monthly
    ticket.result()                             # waits; raises what the task raised, Cancelled when taken back
    ticket.cancel()                             # heard at the next month at the latest

A ticket goes to the lane of its `affinity`, so that what a worker remembers (the start of a seed, the months before a
policy) is used again. Within a lane the lower `rank` comes first: everyone's first answer before anyone's bands.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import multiprocessing as mp
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import Any, Final

from experiments.jobs import Report, sendable, start_server
from experiments.memory import keep_memory
from model.kernel.refusals import RunFailed

Task = Callable[[Any, Report], Any]
_LISTEN_S: Final = 0.02  # between looks at a worker's messages and at a ticket that may have been taken back
MOST_WAITING: Final = 64
"""Tickets one owner may have in the queue."""


class Cancelled(Exception):
    """The wish was taken back."""


@dataclass(eq=False)
class Ticket:
    """A piece of work on its way. `months` counts the simulated months so far."""

    number: int
    owner: str
    task: Task
    job: Any
    rank: int
    lane: int
    on_months: Callable[[int], None] = lambda months: None
    months: int = 0
    _done: threading.Event = field(default_factory=threading.Event)
    _cancelled: bool = False
    _value: Any = None
    _fault: BaseException | None = None
    _listeners: list[Callable[[Ticket], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cancel(self) -> None:
        """Take the wish back; a ticket that is done stays done."""
        self._cancelled = True
        self._finish(None, Cancelled())

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def done(self) -> bool:
        return self._done.is_set()

    def result(self, timeout: float | None = None) -> Any:
        """The task's value; raises its exception, `Cancelled`, or TimeoutError."""
        if not self._done.wait(timeout):
            raise TimeoutError
        if self._fault is not None:
            raise self._fault
        return self._value

    def when_done(self, listener: Callable[[Ticket], None]) -> None:
        """Call `listener(ticket)` once it is done, from another thread or at once."""
        with self._lock:
            if not self.done:
                self._listeners.append(listener)
                return
        listener(self)

    def _tell(self, months: int) -> None:
        self.months = months
        self.on_months(months)

    def _finish(self, value: Any, fault: BaseException | None) -> None:
        with self._lock:
            if self.done:
                return
            self._value, self._fault = value, fault
            self._done.set()
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(self)


class Desk:
    """A fixed number of lanes, each with a worker process and a thread that serves it."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self._numbers = itertools.count(1)
        self._waiting: list[list[Ticket]] = [[] for _ in range(lanes)]
        self._bell = threading.Condition()
        self._closed = False
        self._workers: list[_Worker | None] = [None] * lanes
        start_server()
        self._threads = [
            threading.Thread(target=self._serve, args=(lane,), name=f"desk-{lane}", daemon=True)
            for lane in range(lanes)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        owner: str,
        task: Task,
        job: Any,
        *,
        rank: int = 0,
        affinity: int = 0,
        on_months: Callable[[int], None] = lambda months: None,
    ) -> Ticket:
        """Put work into a lane. `task` must be importable by its name, `job` and the result must pickle."""
        ticket = Ticket(next(self._numbers), owner, task, job, rank, affinity % self.lanes, on_months)
        with self._bell:
            if self._closed:
                raise RunFailed("the desk is closed")
            waiting = sum(one.owner == owner and not one.done for lane in self._waiting for one in lane)
            if waiting >= MOST_WAITING:
                raise RunFailed("too many runs are waiting; cancel some first")
            self._waiting[ticket.lane].append(ticket)
            self._bell.notify_all()
        return ticket

    def close(self) -> None:
        """End the workers; what waits is taken back."""
        with self._bell:
            self._closed = True
            left = [ticket for lane in self._waiting for ticket in lane]
            self._bell.notify_all()
        for ticket in left:
            ticket.cancel()
        for worker in self._workers:
            if worker is not None:
                worker.end()

    # --- a lane ------------------------------------------------------------------------------------------------

    def _serve(self, lane: int) -> None:
        while (ticket := self._next(lane)) is not None:
            try:
                self._work(lane, ticket)
            except Exception as fault:  # a lane outlives whatever a task does
                ticket._finish(None, fault)

    def _next(self, lane: int) -> Ticket | None:
        """The ticket to be served, None when the desk closes."""
        with self._bell:
            while True:
                self._waiting[lane] = [ticket for ticket in self._waiting[lane] if not ticket.done]
                if self._closed:
                    return None
                if self._waiting[lane]:
                    ticket = min(self._waiting[lane], key=lambda one: (one.rank, one.number))
                    self._waiting[lane].remove(ticket)
                    return ticket
                self._bell.wait()

    def _work(self, lane: int, ticket: Ticket) -> None:
        worker = self._workers[lane]
        if worker is None or not worker.process.is_alive():
            worker = self._workers[lane] = _Worker()
        worker.pipe.send((ticket.number, ticket.task, ticket.job))
        while True:
            if ticket.cancelled:
                worker.unwanted.value = ticket.number
            if self._closed:
                return
            if not worker.pipe.poll(_LISTEN_S):
                continue
            try:
                kind, content = worker.pipe.recv()
            except (EOFError, OSError):  # the pipe ends with the process
                self._workers[lane] = None
                ticket._finish(None, RunFailed("the worker process ended, perhaps for want of memory"))
                return
            if kind == "months":
                ticket._tell(content)
            else:
                ticket._finish(content if kind == "done" else None, content if kind == "failed" else None)
                return


class _Worker:
    """A worker process and the way to it; `unwanted` is the number of a ticket that was taken back."""

    def __init__(self) -> None:
        methods = mp.get_all_start_methods()
        context: Any = mp.get_context("forkserver" if "forkserver" in methods else "spawn")
        self.pipe, theirs = context.Pipe()
        self.unwanted = context.Value("q", 0, lock=False)
        self.process = context.Process(target=_serve, args=(theirs, self.unwanted), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        self.process.terminate()
        self.process.join(1.0)
        if self.process.is_alive():
            self.process.kill()


def _serve(pipe: Connection, unwanted: Any) -> None:
    """A worker's life: it ends when it is told to, or when its parent is gone and the pipe with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    keep_memory()
    with contextlib.suppress(EOFError, OSError):
        while True:
            number, task, job = pipe.recv()
            report = _reporter(pipe, number, unwanted)
            try:
                message = ("done", task(job, report))
            except Exception as fault:
                message = ("failed", sendable(fault))
            pipe.send(message)


def _reporter(pipe: Connection, number: int, unwanted: Any) -> Report:
    def report(months: int) -> None:
        if unwanted.value == number:
            raise Cancelled
        pipe.send(("months", months))

    return report


@lru_cache(maxsize=1)
def desk() -> Desk:
    """The desk of this server."""
    count: Any = getattr(os, "sched_getaffinity", None)
    made = Desk(max(2, len(count(0)) if count else os.cpu_count() or 1))
    atexit.register(made.close)
    return made
