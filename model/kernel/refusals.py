"""Every user-facing error: a code, where it is, what was given, what is allowed, the nearest name.

All faults of an input are collected and refused at once, before anything runs, so that a user never repairs
a file one error at a time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One fault of an input.

    `path` is the dotted path inside the file (``policies.overseas_warehouse_fund.rate``), `line` counts from 1
    and is 0 where a fault has no line (a missing key, a command-line value).
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    path: str = ""
    given: Any = None
    allowed: str = ""
    suggestion: str = ""
    severity: str = "error"

    def as_row(self) -> dict[str, Any]:
        """The fields as plain values, in the order of the contract."""
        return asdict(self)

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}"
        parts = [f"{place}: " if place else "", f"{self.path}: " if self.path else "", self.message]
        if self.allowed:
            parts.append(f" (allowed: {self.allowed})")
        if self.suggestion:
            parts.append(f" Did you mean '{self.suggestion}'?")
        return "".join(parts)


class Refused(Exception):
    """Bad input: nothing was run. Carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RunFailed(Exception):
    """A run broke one of its own laws (an account that does not close, a cap exceeded): a defect, not an input."""


def nearest(name: str, options: Sequence[str]) -> str:
    """The closest of `options` to `name`, or an empty string when nothing is close."""
    lowered = {option.lower(): option for option in options}
    hits = difflib.get_close_matches(str(name).lower(), list(lowered), n=1, cutoff=0.5)
    return lowered[hits[0]] if hits else ""


def unknown(kind: str, name: str, options: Sequence[str], *, file: str = "", line: int = 0, path: str = "") -> Problem:
    """A problem for a word that is not one of `options`."""
    shown = ", ".join(options) if len(options) <= 12 else f"{len(options)} names, see `dualcirc policies`"
    return Problem(
        code=f"unknown_{kind.replace(' ', '_')}",
        message=f"'{name}' is not a known {kind}.",
        file=file,
        line=line,
        path=path,
        given=name,
        allowed=shown,
        suggestion=nearest(name, options),
    )
