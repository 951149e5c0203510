"""One small run of history, made once, and rows written by hand."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

import experiments.validation.judging as judging
from experiments.validation.judging import QUICK, Effort, Validation, validate
from experiments.validation.rivals import VARIANTS
from experiments.validation.rows import Row
from experiments.validation.watching import FIRST, LAST, Seen, watch
from model.scenario import load_scenario

TINY: Effort = replace(QUICK, draws=2, experiment_draws=1, variant_draws=2, scale=0.002)


def row(id: str = "NE-06", output: str = "year_5", **changes: Any) -> Row:
    """A row that passes, with changes."""
    made = Row(id, output, "delivery", "experiment", -1.0, -2.0, -0.5, -0.8, -0.9, -0.7, "A", False, True)
    return replace(made, **changes)


@lru_cache(maxsize=2)
def seen(seed: int = 1) -> Seen:
    """What is noted of history at a tiny scale."""
    scenario = load_scenario("baseline").with_(months=LAST - FIRST + 1, scale=TINY.scale)
    return watch((scenario, seed), lambda months: None)


def experiments_by_hand(*_: Any) -> list[Row]:
    """One experiment that passes and one that misses by one of its two outputs."""
    return [
        row(),
        row("NE-17", "exports", theme="tariffs", target=-8.91, low=-13.5, high=-4.5, simulated=-3.0, passed=False),
        row("NE-17", "price", theme="tariffs", target=0.0, low=-1.0, high=1.0, simulated=0.0),
    ]


def small_validation(patch: pytest.MonkeyPatch) -> Validation:
    """A validation of two equal draws of history and experiments by hand."""
    runs = {name: {1: seen(), 2: seen()} for name in (judging.MODEL, *VARIANTS)}
    patch.setattr(judging, "watched", lambda *_: (runs, ()))
    patch.setattr(judging, "experiment_rows", experiments_by_hand)
    return validate(TINY, quick=True)
