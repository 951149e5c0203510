"""Results are those that were stored: a change of the model that moves them has to say so. See `regenerate.py`."""

from functools import cache

import numpy as np
import pytest

from model.kernel.declare import INDICATORS as DECLARED
from tests.golden.regenerate import INDICATORS, MONTHS, SCALE, SCENARIOS, SEED, Values, differences, run, stored

RELATIVE = 1e-6
ADVICE = "if the change is meant, look at `python -m tests.golden.regenerate` and store with --write"


@cache
def fresh(name: str) -> dict[str, dict[str, float]]:
    return run(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_values_are_those_stored(name: str) -> None:
    new: Values = {name: fresh(name)}
    moved = [row for row in differences(stored()["values"], new) if not close(row[3], row[4])]
    lines = [f"{year} {key}: {before:.9g} -> {now:.9g}" for _, year, key, before, now in moved]
    assert not moved, "\n".join([f"{len(moved)} values moved; {ADVICE}", *lines[:30]])


def close(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=RELATIVE, atol=0.0))


def test_file_fits_the_script() -> None:
    """Nothing is compared with less than the script would store."""
    held = stored()
    assert held["about"] == {"seed": SEED, "months": MONTHS, "scale": SCALE, "first": "2019-01"}
    assert held["values"].keys() == SCENARIOS.keys()
    for years in held["values"].values():
        assert len(years) == MONTHS // 12
        assert all(values.keys() == set(INDICATORS) for values in years.values())


def test_indicators_are_declared_and_enough() -> None:
    assert set(INDICATORS) <= set(DECLARED.items) and len(set(INDICATORS)) >= 25


def test_comparison_sees_a_change() -> None:
    old = stored()["values"]
    years = {year: dict(values) for year, values in old["baseline"].items()}
    assert differences(old, {"baseline": years}) == []
    years["2020"]["export_value"] *= 1.0 + 1e-5
    ((_, year, key, before, now),) = differences(old, {"baseline": years})
    assert (year, key) == ("2020", "export_value") and not close(before, now)
