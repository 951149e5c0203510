"""Files that are made from declarations and kept in the repository: printed, or written with `--write`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def print_or_write(module: str, file: Path, make: Callable[[], str], arguments: Sequence[str]) -> int:
    """What `python -m experiments.MODULE [--write]` does; returns the exit code."""
    if list(arguments) == ["--write"]:
        file.write_text(make(), encoding="utf-8", newline="\n")
    elif arguments:
        print(f"usage: python -m experiments.{module} [--write]", file=sys.stderr)
        return 2
    else:
        print(make(), end="")
    return 0
