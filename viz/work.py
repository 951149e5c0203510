"""Work that takes seconds: run beside the page, with months done, and dropped when it is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import solara
from solara.lab import use_task

from model.kernel.refusals import Refused


@dataclass(frozen=True)
class Work[R]:
    """State of a piece of work: its result once there, months done meanwhile, what refused it."""

    result: R | None
    pending: bool
    done: int
    refused: Refused | None = None
    failed: str = ""


class Dropped(Exception):
    """Nobody waits for this result any more."""


def use_work[J, R](fn: Callable[[J, Callable[[int], None]], R], job: J, key: Hashable, every: int = 6) -> Work[R]:
    """Run `fn(job, report)` when `key` changes; the newest call wins. `report` shows every so many months."""
    done, set_done = solara.use_state(0)

    def call() -> Any:
        set_done(0)

        def report(months: int) -> None:
            if not task.is_current():
                raise Dropped
            if months % every == 0:
                set_done(months)

        try:
            return fn(job, report)
        except Refused as fault:
            return fault

    task = use_task(call, dependencies=[key], raise_error=False, prefer_threaded=True)
    found = task.value if task.finished else None
    if isinstance(found, Refused):
        return Work(None, False, done, found)
    failed = str(task.exception) if task.error else ""
    return Work(found, not (task.finished or task.error), done, None, failed)
