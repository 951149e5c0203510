"""One run: a scenario and a seed give monthly indicators, breakdowns and the ledger.

    result = run(load_scenario("baseline"), seed=1, months=24, scale=0.02)
    result.indicators      # DataFrame: month, indicator, value

The Python face of one run, and the one place where experiments meet the economy.
"""

from __future__ import annotations

import copy
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

from experiments.draws import SAMPLE
from experiments.store import SCHEMA, write_result
from model.kernel.calendar import Window, format_month
from model.kernel.refusals import Problem, Refused, RunFailed

if TYPE_CHECKING:
    from model.economy import TradeEconomy
    from model.recorder import Recorder
    from model.scenario import Scenario
    from model.state import State

PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "ruamel.yaml", "scipy")
DETAILS = ("series", "full")


@dataclass(frozen=True)
class RunResult:
    """What one run gave. Months in tables are written YYYY-MM; `parts` keep absolute months.

    `parts`: month, indicator, num, den; the pieces a period's value is made of. `smes` and `listings` are mean
    numbers of rows in use (home listings included). `panel` is there with detail `full` only. `firm_years` holds firms
    by year, `supports` (policy, firm, first_month) who was supported; neither is stored. `output`: sales by belt,
    absolute month × belt, for the measures of resilience.
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
    firm_years: pd.DataFrame
    supports: pd.DataFrame
    panel: pd.DataFrame | None
    output: pd.DataFrame | None
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

    def save(self, folder: Path | str, arguments: Sequence[str] = ()) -> Path:
        """Write a result folder; returns its place. `arguments`: words of the command line, kept in the manifest."""
        from experiments.report.remake import report_file

        stem = self.scenario.stem
        about = manifest("run", {stem: self.scenario}, [self.seed], self.months, self.wall_s, arguments)
        frames = self.frames(stem)
        return write_result(Path(folder), frames, about, report_file(about, frames))


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


@dataclass(frozen=True)
class Snapshot:
    """A run at the first of a month, from which another run may go on that was the same until then."""

    state: State
    recorder: Recorder
    rows: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, model: TradeEconomy, rows: Sequence[tuple[int, int]]) -> Snapshot:
        """A copy of all that changes; the world is not copied."""
        return cls(model.snapshot(), _copied(model.recorder), tuple(rows))


def _copied(recorder: Recorder) -> Recorder:
    return copy.deepcopy(recorder, {id(recorder.world): recorder.world})


def parting(one: Scenario, two: Scenario) -> int:
    """The first month in which runs of two scenarios with one seed may differ.

    Policies, shocks and lever settings do nothing before their window opens; whoever differs in anything else, or in
    nothing, parts at the start.
    """
    dated = ("name", "policies_from", "policies", "shocks", "levers")
    plain = [{key: value for key, value in it.resolved().items() if key not in dated} for it in (one, two)]
    sides = [[*it.policies, *it.shocks, *it.levers] for it in (one, two)]
    only = [entry for mine, theirs in (sides, sides[::-1]) for entry in mine if entry not in theirs]
    if plain[0] != plain[1] or not only:
        return one.start
    return max(one.start, min(getattr(entry, "window", Window(one.start)).start for entry in only))


def simulate(
    scenario: Scenario,
    seed: int,
    detail: str,
    report: Callable[[int], None],
    begin: Snapshot | None = None,
    kept: dict[int, Snapshot | None] | None = None,
) -> RunResult:
    """Run a scenario as it stands and collect what its recorder holds.

    `begin`: go on from there instead of from the start. `kept`: snapshots to take, by month; filled here.
    """
    began = time.perf_counter()
    model = economy(scenario, seed)
    model.recorder.full = detail == "full"
    rows: list[tuple[int, int]] = []
    if detail == "full" and not hasattr(model.recorder, "panel_frame"):
        raise RunFailed("this recorder keeps no firm panel, which --detail full asks for; use --detail series")
    if begin is not None:
        model.restore(begin.state)
        model.recorder, rows = _copied(begin.recorder), list(begin.rows)
    while len(rows) < scenario.months:
        if kept is not None and model.month in kept:
            kept[model.month] = Snapshot.of(model, rows)
        model.step()
        rows.append(rows_in_use(model))
        report(len(rows))
    return _collected(model, scenario, seed, detail, rows, time.perf_counter() - began)


def _collected(
    model: TradeEconomy, scenario: Scenario, seed: int, detail: str, rows: Sequence[tuple[int, int]], wall_s: float
) -> RunResult:
    """The result of a model that has run."""
    smes, listings = np.mean(rows, axis=0)
    recorder: Any = model.recorder
    return RunResult(
        scenario=scenario,
        seed=seed,
        first=int(model.month) - len(rows),
        months=len(rows),
        indicators=_dated(recorder.indicator_frame()),
        parts=recorder.parts_frame(),
        breakdowns=_worded(recorder.breakdown_frame(detail=detail)),
        breakdown_parts=_worded(recorder.breakdown_parts_frame()),
        ledger=_dated(recorder.ledger_frame()),
        firm_years=recorder.firm_years.frame(),
        supports=recorder.firm_years.supports(),
        panel=_worded(recorder.panel_frame()) if detail == "full" else None,
        output=recorder.monthly_frame("output_value", "belt") if hasattr(recorder, "monthly_frame") else None,
        smes=float(smes),
        listings=float(listings),
        wall_s=wall_s,
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
    command: str,
    scenarios: Mapping[str, Scenario],
    seeds: Sequence[int],
    months: int,
    wall_s: float,
    arguments: Sequence[str] = (),
) -> dict[str, Any]:
    """What was run, with what, and when it ended: enough to run it again."""
    some = next(iter(scenarios.values()))
    described = [
        {"name": label, "hash": scenario.hash, "resolved": scenario.resolved()} for label, scenario in scenarios.items()
    ]
    return {
        "schema": SCHEMA,
        "command": command,
        "arguments": list(arguments),
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
    """A short hash of all that stands in tables: the evidence, and the sample of parameters."""
    sample = SAMPLE.read_bytes() if SAMPLE.exists() else b""
    return hashlib.sha256(evidence_version().encode() + sample).hexdigest()[:16]


@lru_cache(maxsize=1)
def evidence_version() -> str:
    """A short hash of the evidence tables, names and contents."""
    folder = Path(__file__).resolve().parents[1] / "scenarios" / "evidence"
    total = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in (".csv", ".yaml"):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
