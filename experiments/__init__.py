"""Runs, comparisons, sweeps, calibration, validation and the command line.

    from experiments import build, compare, load_scenario, run

Nothing heavy is imported before one of these is used.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.compare import compare
    from experiments.run import build, run
    from model.scenario import load_scenario

__all__ = ["build", "compare", "load_scenario", "run"]

_HOMES = {
    "build": "experiments.run",
    "compare": "experiments.compare",
    "load_scenario": "model.scenario",
    "run": "experiments.run",
}


class _Package(ModuleType):
    """Two functions share their names with the files they live in: the name means the function.

    Importing the file `experiments/run.py` would otherwise put the module in the function's place.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


sys.modules[__name__].__class__ = _Package
