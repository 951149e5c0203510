"""Tasks for the desk's tests; workers import them by name."""

from __future__ import annotations

import os
import time
from typing import Any

from experiments.jobs import Report


def count(months: int, report: Report) -> int:
    for month in range(1, months + 1):
        report(month)
    return months


def count_slowly(months: int, report: Report) -> int:
    for month in range(1, months + 1):
        time.sleep(0.02)
        report(month)
    return months


def sleep(seconds: float, report: Report) -> float:
    time.sleep(seconds)
    return seconds


def fail(message: str, report: Report) -> None:
    raise ValueError(message)


def die(_: Any, report: Report) -> None:
    os._exit(9)
