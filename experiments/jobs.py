"""Jobs on several processes: lost workers are replaced, a stop ends the children, results come by key.

A job is a pure function of what it is given, so it may be run twice without harm, and the results do not depend on
the number of workers or on who ran what. One worker does one job at a time; a worker that dies (killed, out of
memory) costs its own job one more try and nobody else anything.
"""

from __future__ import annotations

import contextlib
import copyreg
import multiprocessing as mp
import signal
import sys
import time
from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import MappingProxyType
from typing import Any

from experiments.memory import keep_memory
from model.kernel.refusals import RunFailed

Report = Callable[[int], None]
"""Called by a job with the number of months it has simulated so far."""
Task = Callable[[Any, Report], Any]
OnProgress = Callable[[Hashable, int], None]

TRIES = 3
_PATIENCE_S = 2.0  # between asking a child to end and ending it; a stop must be over within 5 s


# A declaration may hold read-only mappings, which pickle refuses.
def _view(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


def _plain_view(view: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _view, (dict(view),)


copyreg.pickle(MappingProxyType, _plain_view)


@dataclass(frozen=True)
class Lost:
    """Stands for the result of a job that took its worker down every time."""

    tries: int


def run_jobs(task: Task, jobs: Mapping[Any, Any], workers: int, on_progress: OnProgress) -> Generator[tuple[Any, Any]]:
    """Yield (key, result) as jobs finish; `Lost` for a job given up. An exception of a job ends everything.

    With one worker, or one job, everything happens in this process. `task` must be importable by its name.
    """
    if min(workers, len(jobs)) <= 1:
        for key, job in jobs.items():
            yield key, task(job, _reporter(on_progress, key))
        return
    with _Pool(task, min(workers, len(jobs))) as pool:
        yield from pool.run(jobs, on_progress)


def _reporter(on_progress: OnProgress, key: Hashable) -> Report:
    return lambda months: on_progress(key, months)


def _serve(pipe: Connection, task: Task) -> None:
    """A worker's life: take a job, report months, send the result, until told to end or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    keep_memory()
    with contextlib.suppress(EOFError, OSError):
        while (order := pipe.recv()) is not None:
            key, job = order
            try:
                pipe.send(("done", key, task(job, _sender(pipe, key))))
            except (BrokenPipeError, ConnectionError):
                return
            except Exception as fault:
                pipe.send(("failed", key, sendable(fault)))


def _sender(pipe: Connection, key: Hashable) -> Report:
    return lambda months: pipe.send(("months", key, months))


def sendable(fault: Exception) -> Exception:
    """An exception that survives the way to the parent; a foreign one travels as its words."""
    if type(fault).__module__.split(".")[0] in ("builtins", "model", "experiments", "viz"):
        return fault
    return RunFailed(f"{type(fault).__name__}: {fault}")


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    key: Hashable = None
    busy: bool = False


class _Pool:
    """A handful of worker processes; leaving the `with` ends them, in peace or by force."""

    def __init__(self, task: Task, size: int) -> None:
        methods = mp.get_all_start_methods()
        # A plain fork would copy locks and threads of numerical libraries in any state.
        self._context: Any = mp.get_context("forkserver" if "forkserver" in methods else "spawn")
        self._task, self._size = task, size
        self._workers: list[_Worker] = []

    def __enter__(self) -> _Pool:
        if self._context.get_start_method() == "forkserver":
            start_server()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._end(gently=kind is None)
        except KeyboardInterrupt:  # a second Ctrl-C: no patience left
            for worker in self._workers:
                worker.process.kill()
            raise

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._task), daemon=True)
        worker = _Worker(process, ours)
        process.start()
        self._workers.append(worker)
        theirs.close()  # so that the end of the child is seen as the end of the pipe
        return worker

    def run(self, jobs: Mapping[Any, Any], on_progress: OnProgress) -> Generator[tuple[Any, Any]]:
        waiting, tries = list(jobs), dict.fromkeys(jobs, 0)
        open_jobs = len(jobs)
        while open_jobs:
            self._hand_out(waiting, jobs, tries)
            busy: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers if worker.busy}
            for pipe in wait(list(busy)):
                worker = busy[pipe]
                kind, key, content = self._listen(worker)
                if kind == "months":
                    on_progress(key, content)
                elif kind == "failed":
                    raise content
                elif kind == "lost" and tries[key] < TRIES:
                    on_progress(key, 0)
                    waiting.insert(0, key)
                else:
                    open_jobs -= 1
                    yield key, content if kind == "done" else Lost(tries[key])

    def _hand_out(self, waiting: list[Hashable], jobs: Mapping[Any, Any], tries: dict[Hashable, int]) -> None:
        """Give every free worker the next job, hiring up to the size of the pool."""
        while waiting:
            free = next((worker for worker in self._workers if not worker.busy), None)
            if free is None and len(self._workers) >= self._size:
                return
            worker = free or self._hire()
            worker.key, worker.busy = waiting.pop(0), True
            tries[worker.key] += 1
            with contextlib.suppress(OSError):  # a dead worker is noticed when it is listened to
                worker.pipe.send((worker.key, jobs[worker.key]))

    def _listen(self, worker: _Worker) -> tuple[str, Hashable, Any]:
        """The next message of a worker; a worker that died says `lost` and is taken off the list."""
        try:
            kind, key, content = worker.pipe.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            worker.process.kill()
            worker.process.join(_PATIENCE_S)
            return "lost", worker.key, None
        worker.busy = kind == "months"
        return kind, key, content

    def _end(self, gently: bool) -> None:
        for worker in self._workers:
            if gently:
                with contextlib.suppress(OSError):
                    worker.pipe.send(None)
            else:
                worker.process.terminate()
            worker.pipe.close()
        until = time.monotonic() + _PATIENCE_S
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join(_PATIENCE_S)


def start_server() -> None:
    """Start the process that workers are forked from, deaf to Ctrl-C from its first instruction, as are they.

    It preloads nothing: workers import the model side by side, and one that is told to end while it does so ends.
    """
    if sys.platform == "win32":
        return
    from multiprocessing import forkserver

    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread: its owner decides about signals
        forkserver.ensure_running()
        return
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)
