"""Jobs for the tests of processes: importable by name, and light, since every worker imports them."""

import os
import time
from pathlib import Path
from typing import Any

from model.kernel.refusals import Problem, Refused


def double(job: int, report: Any) -> int:
    report(1)
    return 2 * job


def tell_and_sleep(job: str, report: Any) -> None:
    Path(job).write_text(str(os.getpid()))
    time.sleep(60.0)


def die_once(job: tuple[str, int], report: Any) -> int:
    """Takes its worker down at the first try, as the kernel does when memory runs out."""
    mark = Path(job[0])
    if job[1] == 2 and not mark.exists():
        mark.touch()
        os._exit(9)
    return double(job[1], report)


def die_always(job: int, report: Any) -> int:
    if job == 2:
        os._exit(9)
    return double(job, report)


def fail(job: int, report: Any) -> int:
    raise Refused([Problem("bad", f"job {job} is refused")])
