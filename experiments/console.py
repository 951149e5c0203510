"""What the commands share: exit codes, options, what goes to stdout and what to stderr, faults in plain words."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.kernel.refusals import Problem, Refused, RunFailed, unknown

if TYPE_CHECKING:
    from model.scenario import Scenario

DONE, FAILED, REFUSED, PARTLY, STOPPED = range(5)

Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a scenario, or the path of a .yaml file.")]
Lang = Annotated[str, typer.Option(metavar="en|zh", help="Language of what is printed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


LANGUAGES = ("en", "zh")


def check_lang(lang: str) -> None:
    """Refuse a language that is not spoken here."""
    if lang not in LANGUAGES:
        raise Refused([unknown("language", lang, LANGUAGES, path="--lang")])


def load(name: str, settings: list[str] | None) -> Scenario:
    """The scenario of a name or path with `--set` settings laid on it."""
    from model.scenario import load_scenario

    return load_scenario(name, settings or [])


def print_json(value: Any) -> None:
    """One JSON document on stdout; what is not finite becomes null."""
    from experiments.store import plain

    print(json.dumps(plain(value), allow_nan=False))


def say(text: str) -> None:
    """A word to the person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def say_all(problems: Iterable[Problem]) -> None:
    """One problem a line."""
    for problem in problems:
        say(" ".join(str(problem).split()))


def explained(fault: Exception) -> int:
    """Say in plain words what went wrong; returns the exit code."""
    if isinstance(fault, Refused):
        say_all(fault.problems)
        return REFUSED
    if hasattr(fault, "format_message"):  # a usage error of click, which Typer may carry under its own name
        context = getattr(fault, "ctx", None)
        say(fault.format_message())
        say(f"See `{context.command_path if context else 'dualcirc'} --help`.")
        return REFUSED
    say(_sentence(fault))
    return FAILED


def _sentence(fault: Exception) -> str:
    if isinstance(fault, RunFailed):
        return f"The run failed: {fault}"
    if isinstance(fault, MemoryError):
        return "There is not enough memory; try a smaller --scale or fewer --jobs."
    if isinstance(fault, ModuleNotFoundError):
        return f"Something is not installed: {fault}"
    if isinstance(fault, OSError):
        place = f" '{fault.filename}'" if fault.filename else ""
        words = {
            errno.ENOSPC: "The disk is full; nothing was changed",
            errno.EDQUOT: "The disk quota is used up; nothing was changed",
            errno.EACCES: f"There is no permission to write{place}",
            errno.EPERM: f"There is no permission to write{place}",
            errno.EROFS: f"The file system is read-only:{place}",
        }
        return words.get(fault.errno or 0, f"{fault.strerror or fault}:{place}") + "."
    return f"{type(fault).__name__}: {fault} (DUALCIRC_DEBUG=1 shows where)"


def cores() -> int:
    """Cores this process may use."""
    count: Any = getattr(os, "sched_getaffinity", None)
    return len(count(0)) if count else os.cpu_count() or 1
