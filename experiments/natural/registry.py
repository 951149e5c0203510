"""All published experiments, found in `items/`: a module there says `EXPERIMENTS = (…)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import experiments.natural.items as items
from experiments.natural.declared import Experiment
from model.kernel.refusals import Problem, Refused, nearest


def _found() -> dict[str, Experiment]:
    modules = [importlib.import_module(f"{items.__name__}.{it.name}") for it in pkgutil.iter_modules(items.__path__)]
    every = sorted((one for module in modules for one in module.EXPERIMENTS), key=lambda one: one.id)
    if len({one.id for one in every}) < len(every):
        raise ValueError("two experiments have one id")
    return {one.id: one for one in every}


EXPERIMENTS: Final[Mapping[str, Experiment]] = MappingProxyType(_found())
"""Id → experiment, by id."""


def chosen(ids: Sequence[str] | None = None) -> list[Experiment]:
    """The experiments of these ids, all where none are given, by id. Raises Refused for an unknown one."""
    wanted = list(EXPERIMENTS) if ids is None else list(ids)
    problems = [
        Problem("unknown_experiment", f"There is no experiment '{name}'.", given=name,
                allowed=", ".join(EXPERIMENTS), suggestion=nearest(name, list(EXPERIMENTS)))
        for name in wanted if name not in EXPERIMENTS
    ]  # fmt: skip
    if problems:
        raise Refused(problems)
    return [one for name, one in EXPERIMENTS.items() if name in wanted]
