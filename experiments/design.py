"""A sweep's design: which scenario, which axes, which points, which seeds.

    scenario: paper
    method: lhs            # grid, lhs, morris or sobol
    n: 64                  # points (grid: values an axis; morris: trajectories; sobol: base sample, a power of two)
    seeds: [1, 2, 3]
    axes:
      policies.overseas_warehouse_fund.rate: [0.1, 0.6]
      parameters.demand.substitution_consumer: {values: [2.8, 3.6, 4.4]}
      parameters.customs.look_hours: {}       # the range that is declared

Axes are paths of the scenario file, as in `--set`. Points are drawn from a fixed seed: one design, one set of points.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.kernel.declare import Parameter
from model.kernel.refusals import Problem, Refused, unknown
from model.scenario import Scenario, load_scenario
from model.scenario.nodes import Items, Table, Word, plain_value
from model.scenario.text import read_file

METHODS: Final = ("grid", "lhs", "morris", "sobol")
KEYS: Final = ("scenario", "method", "n", "seeds", "months", "scale", "axes")
MOST_RUNS: Final = 1_000_000
_DRAW: Final = 20_250_101
"""Seed of the points; not a seed of any run."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """A path and its range, or the values it takes."""

    path: str
    low: float = 0.0
    high: float = 0.0
    values: tuple[Any, ...] = ()

    def at(self, share: float) -> Any:
        """The value at a share (0 to 1) of the way along the axis."""
        if self.values:
            return self.values[min(len(self.values) - 1, int(share * len(self.values)))]
        return float(self.low + (self.high - self.low) * share)


@dataclass(frozen=True)
class Design:
    """What is swept. `shares`: one row a point, one column an axis, each from 0 to 1."""

    scenario: str
    method: str
    n: int
    seeds: tuple[int, ...]
    axes: tuple[Axis, ...]
    months: int | None = None
    scale: float | None = None

    @property
    def size(self) -> int:
        """The number of points, without making them."""
        count = len(self.axes)
        if self.method == "grid":
            return math.prod(len(axis.values) or self.n for axis in self.axes)
        return self.n * {"lhs": 1, "morris": count + 1, "sobol": count + 2}[self.method]

    @property
    def shares(self) -> Floats:
        """The points as shares of the axes."""
        return _points(self.method, self.n, self.axes)

    @property
    def points(self) -> list[dict[str, Any]]:
        """The points as values by path."""
        return [
            {axis.path: axis.at(float(share)) for axis, share in zip(self.axes, row, strict=True)}
            for row in self.shares
        ]

    def scenario_at(self, point: Mapping[str, Any]) -> Scenario:
        """The scenario of a point. Raises Refused."""
        settings = [f"{path}={_text(value)}" for path, value in point.items()]
        chosen = load_scenario(self.scenario, settings)
        if self.months is None and self.scale is None:
            return chosen
        return chosen.with_(months=self.months, scale=self.scale)


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _points(method: str, n: int, axes: Sequence[Axis]) -> Floats:
    if method == "grid":
        steps = [_steps(axis, n) for axis in axes]
        return np.array(list(itertools.product(*steps)), dtype=np.float64).reshape(-1, len(axes))
    if method == "lhs":
        from scipy.stats import qmc

        found: Floats = qmc.LatinHypercube(len(axes), rng=np.random.default_rng(_DRAW)).random(n)
        return found
    problem = {"num_vars": len(axes), "names": [axis.path for axis in axes], "bounds": [[0.0, 1.0]] * len(axes)}
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, n, num_levels=4, seed=_DRAW), dtype=np.float64)
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, n, calc_second_order=False, seed=_DRAW), dtype=np.float64)


def _steps(axis: Axis, n: int) -> list[float]:
    """Shares that give every value of an axis once."""
    if axis.values:
        return [(place + 0.5) / len(axis.values) for place in range(len(axis.values))]
    return [place / max(1, n - 1) for place in range(n)]


def read_design(path: Path) -> Design:
    """The design of a YAML file. Raises Refused with every fault found before anything runs."""
    tree = read_file(path, path.name)
    problems = [
        unknown("key of a design", key, KEYS, file=path.name, line=node.line) for key, node in tree if key not in KEYS
    ]
    for key in ("scenario", "method", "axes"):
        if key not in tree.entries:
            problems.append(Problem("missing_key", f"The design has no '{key}'.", path.name, 0, key))
    if problems:
        raise Refused(problems)
    scenario = str(plain_value(tree.entries["scenario"]))
    base = load_scenario(scenario)
    found = {key: plain_value(tree.entries[key]) for key in ("n", "months", "scale") if key in tree.entries}
    method = str(plain_value(tree.entries["method"]))
    if method not in METHODS:
        raise Refused([unknown("method", method, METHODS, file=path.name, line=tree.entries["method"].line)])
    n = _whole(found.get("n", 8), "n", path.name, 1)
    seeds = _seeds(plain_value(tree.entries["seeds"]) if "seeds" in tree.entries else 1, path.name)
    axes = _axes(tree.entries["axes"], base, path.name)
    months = None if "months" not in found else _whole(found["months"], "months", path.name, 1)
    scale = None if "scale" not in found else float(found["scale"])
    design = Design(scenario, method, n, seeds, axes, months, scale)
    _check(design, path.name)
    return design


def _whole(value: Any, key: str, file: str, low: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        message = f"'{key}' is a whole number from {low} on, not {value!r}."
        raise Refused([Problem("not_a_number", message, file, 0, key, value, f"{low} or more")])
    return value


def _seeds(value: Any, file: str) -> tuple[int, ...]:
    """A number n means 1 … n; a list these."""
    if isinstance(value, list) and value and len(set(value)) == len(value):
        return tuple(_whole(seed, "seeds", file, 0) for seed in value)
    return tuple(range(1, _whole(value, "seeds", file, 1) + 1))


def _axes(node: Any, base: Scenario, file: str) -> tuple[Axis, ...]:
    if not isinstance(node, Table) or not node.entries:
        message = "'axes' names the paths that vary, each with its range."
        raise Refused([Problem("no_axes", message, file, node.line, "axes", allowed="PATH: [low, high]")])
    axes, problems = [], []
    for path, item in node:
        try:
            axes.append(_axis(path, item, base, file))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return tuple(axes)


def _axis(path: str, node: Any, base: Scenario, file: str) -> Axis:
    if isinstance(node, Table) and set(node.entries) == {"values"}:
        values = plain_value(node.entries["values"])
        if isinstance(values, list) and values:
            return Axis(path, values=tuple(values))
    if isinstance(node, Items) and len(node.items) == 2:
        low, high = (item.value if isinstance(item, Word) else None for item in node.items)
        if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
            return Axis(path, float(low), float(high))
    if isinstance(node, Table) and not node.entries:
        declared = declared_at(path)
        if declared is not None and declared.low is not None and declared.high is not None:
            return Axis(path, declared.low, declared.high)
    message = f"'{path}' has no range."
    allowed = "[low, high] with low < high, {values: [...]}, or {} for the declared range of a parameter"
    raise Refused([Problem("bad_axis", message, file, node.line, f"axes.{path}", plain_value(node), allowed)])


def declared_at(path: str) -> Parameter | None:
    """The declaration behind a path of a scenario file; None where there is none."""
    from model.policies import policies
    from model.scenario.vocabulary import vocabulary

    if path.startswith("parameters."):
        return vocabulary().parameters.get(path.removeprefix("parameters."))
    parts = path.split(".")
    if len(parts) == 3 and parts[0] == "policies" and parts[1] in policies():
        return next((one for one in policies()[parts[1]].parameters if one.name == parts[2]), None)
    return None


def _check(design: Design, file: str) -> None:
    """Every end of every axis must be a scenario, and the whole must be of a size that ends."""
    if design.method == "sobol" and design.n & (design.n - 1):
        message = f"Sobol points are balanced only when 'n' is a power of two, which {design.n} is not."
        nearest = str(1 << (design.n - 1).bit_length())
        raise Refused([Problem("not_a_power_of_two", message, file, 0, "n", design.n, suggestion=nearest)])
    if design.size * len(design.seeds) > MOST_RUNS:
        message = f"{design.size} points times {len(design.seeds)} seeds are more runs than anyone waits for."
        raise Refused([Problem("too_many_runs", message, file, 0, "n", allowed=f"up to {MOST_RUNS} runs")])
    problems = []
    middle = {axis.path: axis.at(0.5) for axis in design.axes}
    for axis in design.axes:
        for end in (0.0, 1.0 - 1e-12):
            try:
                design.scenario_at({**middle, axis.path: axis.at(end)})
            except Refused as refusal:
                problems += refusal.problems
    if problems:
        raise Refused(list({str(problem): problem for problem in problems}.values()))
