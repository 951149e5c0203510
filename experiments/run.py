"""One run: a scenario and a seed give monthly indicators, breakdowns and the ledger.

    result = run(load_scenario("baseline"), seed=1, months=24, scale=0.02)
    result.indicators      # DataFrame: month, indicator, value

The Python face of one run, and the one place where experiments meet the economy.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.store import SCHEMA, write_result
from model.kernel.calendar import format_month
from model.kernel.refusals import Problem, Refused

if TYPE_CHECKING:
    from model.economy import TradeEconomy
    from model.scenario import Scenario

PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "ruamel.yaml", "scipy")
DETAILS = ("series", "full")


@dataclass(frozen=True)
class RunResult:
    """What one run gave. Months in tables are written YYYY-MM; `parts` keep absolute months.

    `parts`: month, indicator, num, den; the pieces a period's value is made of. `smes` and `listings` are mean
    numbers of rows in use (home listings included). `panel` is there with detail `full` only.
    """

    scenario: Scenario
    seed: int
    first: int
    months: int
    indicators: pd.DataFrame
    parts: pd.DataFrame
    breakdowns: pd.DataFrame
    breakdown_parts: pd.DataFrame
    ledger: pd.DataFrame
    panel: pd.DataFrame | None
    smes: float
    listings: float
    wall_s: float
    timings: Mapping[str, float] = field(default_factory=dict)

    def frames(self, label: str) -> dict[str, pd.DataFrame]:
        """The run's tables as they are stored, under the name `label`."""
        tables = {"indicators": self.indicators, "breakdowns": self.breakdowns, "ledger": self.ledger}
        if self.panel is not None:
            tables["panel"] = self.panel
        return {name: frame.assign(scenario=label, seed=self.seed) for name, frame in tables.items()}

    def save(self, folder: Path | str) -> Path:
        """Write a result folder; returns its place."""
        stem = self.scenario.stem
        about = manifest("run", {stem: self.scenario}, [self.seed], self.months, self.wall_s)
        return write_result(Path(folder), self.frames(stem), about)


def economy(scenario: Scenario, seed: int) -> TradeEconomy:
    """The economy of a scenario at its first month. Everything in experiments that simulates comes through here."""
    from model.economy import TradeEconomy

    return TradeEconomy(scenario, seed)


def build(scenario: Scenario, seed: int = 1) -> TradeEconomy:
    """The economy as a mesa.Model, ready for `step()`, one month a step."""
    return economy(scenario, seed)


def run(
    scenario: Scenario,
    seed: int = 1,
    months: int | None = None,
    scale: float | None = None,
    detail: str = "series",
    report: Callable[[int], None] = lambda months: None,
) -> RunResult:
    """Simulate a scenario for some months (its own number when not given); `report` hears the months done."""
    if detail not in DETAILS:
        raise Refused([Problem("unknown_detail", f"'{detail}' is no detail.", given=detail, allowed="series, full")])
    return simulate(adjusted(scenario, months, scale), seed, detail, report)


def adjusted(scenario: Scenario, months: int | None = None, scale: float | None = None) -> Scenario:
    """The scenario with another length or scale; Refused when the value is out of bounds."""
    return scenario if months is None and scale is None else scenario.with_(months=months, scale=scale)


def simulate(scenario: Scenario, seed: int, detail: str, report: Callable[[int], None]) -> RunResult:
    """Run a scenario as it stands and collect what its recorder holds."""
    began = time.perf_counter()
    model = economy(scenario, seed)
    first = int(model.month)
    rows = []
    for done in range(1, scenario.months + 1):
        model.step()
        rows.append(rows_in_use(model))
        report(done)
    smes, listings = np.mean(rows, axis=0)
    recorder = model.recorder
    return RunResult(
        scenario=scenario,
        seed=seed,
        first=first,
        months=scenario.months,
        indicators=_dated(recorder.indicator_frame()),
        parts=recorder.parts_frame(),
        breakdowns=_worded(recorder.breakdown_frame(detail=detail)),
        breakdown_parts=_worded(recorder.breakdown_parts_frame()),
        ledger=_dated(recorder.ledger_frame()),
        panel=_worded(recorder.panel_frame()) if detail == "full" else None,
        smes=float(smes),
        listings=float(listings),
        wall_s=time.perf_counter() - began,
        timings=dict(model.timings),
    )


def rows_in_use(model: Any) -> tuple[int, int]:
    """Firms alive and their listings, rows not weights."""
    return len(model.state.firms.alive_rows()), len(model.state.listings.alive_rows())


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Absolute months → YYYY-MM."""
    names = {month: format_month(int(month)) for month in frame["month"].unique()}
    return frame.assign(month=frame["month"].map(names).astype(str))


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Periods as text, whatever the recorder counts them in."""
    return frame.assign(period=frame["period"].astype(str))


@lru_cache(maxsize=1)
def _declared() -> tuple[Mapping[str, str], Mapping[str, str]]:
    import model.indicators  # noqa: F401  (fills the registry)
    from model.kernel.declare import INDICATORS

    return {item.id: item.unit for item in INDICATORS}, {item.id: item.kind for item in INDICATORS}


def indicator_units() -> Mapping[str, str]:
    """Unit of every indicator."""
    return _declared()[0]


def indicator_kinds() -> Mapping[str, str]:
    """Kind (flow, stock, ratio) of every indicator."""
    return _declared()[1]


def manifest(
    command: str, scenarios: Mapping[str, Scenario], seeds: Sequence[int], months: int, wall_s: float
) -> dict[str, Any]:
    """What was run, with what, and when it ended: enough to run it again."""
    some = next(iter(scenarios.values()))
    described = [
        {"name": label, "hash": scenario.hash, "resolved": scenario.resolved()} for label, scenario in scenarios.items()
    ]
    return {
        "schema": SCHEMA,
        "command": command,
        "scenarios": described,
        "seeds": list(seeds),
        "start": month_text(some.start),
        "months": months,
        "scale": some.scale,
        "version": version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "data_version": data_version(),
        "wall_s": round(wall_s, 3),
        "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def month_text(month: int | str) -> str:
    """YYYY-MM of an absolute month; text passes."""
    return month if isinstance(month, str) else format_month(month)


def version() -> str:
    """Version of the project."""
    return metadata.version("dualcirc")


@lru_cache(maxsize=1)
def data_version() -> str:
    """A short hash of the evidence tables, names and contents."""
    folder = Path(__file__).resolve().parents[1] / "scenarios" / "evidence"
    total = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in (".csv", ".yaml"):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
