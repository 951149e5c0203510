"""How far a long command is, on stderr: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Hashable
from types import TracebackType
from typing import Any, Protocol

_SECONDS_BETWEEN_LINES = 10.0


class Progress(Protocol):
    """What a run tells about itself: months done so far, per job."""

    def __enter__(self) -> Progress: ...
    def __exit__(self, *fault: Any) -> None: ...
    def update(self, key: Hashable, months: int) -> None: ...


class Silent:
    """Tells nothing; for library use."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *fault: Any) -> None:
        return None

    def update(self, key: Hashable, months: int) -> None:
        """Nothing to show."""


_ENOUGH = 0.03  # share of the work after which an estimate is worth printing


def time_left(elapsed: float, done: int, total: int) -> str:
    """Time left in words, from the mean speed since the first month was done (setting up is not months)."""
    if done <= _ENOUGH * total:
        return "starting"
    seconds = elapsed / done * (total - done)
    if seconds >= 90.0:
        return f"about {seconds / 60.0:.0f} min left"
    return f"about {seconds:.0f} s left"


class _Counting(ABC):
    """Months done over all jobs; a job that starts again takes its months back."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total = what, max(1, total)
        self._months: dict[Hashable, int] = {}
        self._start = time.monotonic()
        self._first: tuple[float, int] | None = None

    def update(self, key: Hashable, months: int) -> None:
        """Note that a job has done so many months, and show it."""
        self._months[key] = months
        done, elapsed = sum(self._months.values()), time.monotonic() - self._start
        self._first = self._first or (elapsed, done)
        self._show(done, elapsed)

    def left(self, done: int, elapsed: float) -> str:
        """Time left in words."""
        began, before = self._first or (0.0, 0)
        return time_left(elapsed - began, done - before, self.total - before)

    @abstractmethod
    def _show(self, done: int, elapsed: float) -> None: ...


class Lines(_Counting):
    """For logs and pipes: a line every ten seconds."""

    def __init__(self, what: str, total: int) -> None:
        super().__init__(what, total)
        self._next = _SECONDS_BETWEEN_LINES

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *fault: Any) -> None:
        return None

    def _show(self, done: int, elapsed: float) -> None:
        if elapsed < self._next and done < self.total:
            return
        self._next = elapsed + _SECONDS_BETWEEN_LINES
        state = self.left(done, elapsed) if done < self.total else f"done in {elapsed:.0f} s"
        print(f"{self.what}: {done} of {self.total} months, {state}", file=sys.stderr, flush=True)


class Bar(_Counting):
    """For a terminal: one line that moves and vanishes at the end."""

    def __init__(self, what: str, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as Rich

        super().__init__(what, total)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
        )
        self._rich = Rich(*columns, console=Console(stderr=True), transient=True)
        self._task = self._rich.add_task(what, total=self.total, left="preparing")

    def __enter__(self) -> Bar:
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.stop()

    def _show(self, done: int, elapsed: float) -> None:
        self._rich.update(self._task, completed=done, left=self.left(done, elapsed))


def progress_for(what: str, total: int) -> Progress:
    """The fitting kind of progress for where stderr goes."""
    return Bar(what, total) if sys.stderr.isatty() else Lines(what, total)
