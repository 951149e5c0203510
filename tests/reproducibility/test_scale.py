"""National totals do not depend on how many firms stand for all: the largest are one to one, the rest are means."""

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.scenario import load_scenario

MONTHS = 24
QUICK = (0.02, 0.05)
SCALES = (0.02, 0.05, 0.2)


def totals(scale: float, seed: int, months: int) -> tuple[float, float, float]:
    """Exports, imports and firms over a run."""
    sets = (f"months={months}", f"scale={scale}", "policies_from=2019-02")
    model = TradeEconomy(load_scenario("baseline", sets), seed)
    model.run_months(months)
    parts = model.recorder.parts_frame().pivot(index="month", columns="indicator", values="num")
    return float(parts["export_value"].sum()), float(parts["import_value"].sum()), float(parts["active_smes"].iloc[-1])


def spread(scales: tuple[float, ...], seeds: range, months: int) -> dict[str, float]:
    """Largest gap between scales of the mean over seeds, relative to the mean of all."""
    means = np.array([np.mean([totals(scale, seed, months) for seed in seeds], axis=0) for scale in scales])
    gaps = (means.max(axis=0) - means.min(axis=0)) / means.mean(axis=0)
    print(f"scales {scales}, seeds {len(seeds)}: exports {means[:, 0]}, firms {means[:, 2]}, gaps {gaps}")
    return dict(zip(("exports", "imports", "firms"), gaps, strict=True))


def test_exports_at_two_scales_agree() -> None:
    gaps = spread(QUICK, range(1, 3), MONTHS)
    assert gaps["exports"] < 0.05
    assert gaps["firms"] < 0.05


@pytest.mark.slow
def test_exports_at_three_scales_agree() -> None:
    gaps = spread(SCALES, range(1, 6), MONTHS)
    assert gaps["exports"] < 0.03
    assert gaps["firms"] < 0.05


def test_imports_do_not_hang_on_the_scale_at_all() -> None:
    """Nobody in the import loop is sampled by scale but through competition at home, which imports do not feel."""
    one, other = totals(0.02, 1, 6), totals(0.05, 1, 6)
    assert one[1] == pytest.approx(other[1], rel=1e-9)
    assert one[0] != other[0]
