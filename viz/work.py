"""Work that takes seconds: done at the desk, with months told meanwhile, taken back when it is no longer wanted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

import solara
from solara.lab import use_task

from experiments.jobs import Report
from model.kernel.refusals import Refused
from viz.desk import desk

_LOOK_S: Final = 0.25  # between two looks at how far it is


@dataclass(frozen=True)
class Work[R]:
    """State of a piece of work: its result once there, months done meanwhile, what refused it or made it fail."""

    result: R | None
    pending: bool
    months: int
    refused: Refused | None = None
    failed: str = ""


def use_work[J, R](fn: Callable[[J, Report], R], job: J, key: Hashable, lane: int = 0) -> Work[R]:
    """Have `fn(job, report)` done in a worker process whenever `key` changes; what was asked before is taken back.

    `fn` must be importable by its name, `job` and the result must pickle. Works in different lanes run side by side.
    """
    owner = solara.use_memo(lambda: secrets.token_hex(8), [])
    months, set_months = solara.use_state(0)

    def wait() -> tuple[Hashable, Any]:
        set_months(0)
        ticket = desk().submit(owner, fn, job, affinity=lane)
        while not ticket.done:
            if not task.is_current():  # a newer wish, or the page is gone
                ticket.cancel()
                break
            try:
                return key, ticket.result(_LOOK_S)
            except TimeoutError:
                set_months(ticket.months)
            except Refused as fault:
                return key, fault
        return key, ticket.result(0.0)

    task = use_task(wait, dependencies=[key], raise_error=False, prefer_threaded=True)
    if task.error:
        return Work(None, False, months, None, str(task.exception))
    known, found = task.value if task.finished and task.value is not None else (None, None)
    if known != key:
        return Work(None, True, months)
    return Work(None, False, months, found) if isinstance(found, Refused) else Work(found, False, months)
