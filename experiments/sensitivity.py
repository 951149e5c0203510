"""Which assumed number the effects of the policies hang on: screening of all of them on paired effects.

Everything is measured on *effects*, policy less baseline on the same luck, not on levels. Three steps, each leaving out
what the one before found idle:

1. groups: all numbers of one prefix are drawn together (Latin hypercube), the others stay. A group stays in when it
   moves some effect by more than twice what another seed moves it by.
2. ends: each number of these groups at both ends of its range, the others at their declared values.
3. trajectories: Morris (1991) through the joint ranges of the numbers that moved an effect most, one seed of luck a
   trajectory, so that luck is one more factor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.cells import Cell, Numbers, fill, key_of
from experiments.headline import EFFECTS, POLICIES, Effect, Paired, measure
from experiments.progress import progress_for
from model.kernel.declare import Label
from model.kernel.refusals import RunFailed
from model.policies import policies
from model.scenario import Scenario, load_scenario
from model.scenario.vocabulary import vocabulary

Floats = NDArray[np.float64]
Point = Mapping[str, float]
"""Values by path that differ from the declared ones."""

VARIED: Final = ("assumed", "literature")
"""Statuses of the numbers that are varied: all others are read, derived or the paper's own."""
OWN: Final = "policies"
"""Group of the policies' own assumed numbers."""
_DRAW: Final = 20_250_102
"""Seed of the designs; not a seed of any run."""
_CENTRE: Final[Point] = MappingProxyType({})


@dataclass(frozen=True)
class Factor:
    """One number that is varied, and the range it is varied over."""

    path: str
    value: float
    low: float
    high: float
    label: Label
    unit: str
    status: str

    @property
    def group(self) -> str:
        """The first word of its path."""
        return self.path.partition(".")[0]

    def at(self, share: float) -> float:
        """The value at a share of the way along the range."""
        return float(self.low + (self.high - self.low) * share)


@lru_cache(maxsize=1)
def factors() -> Mapping[str, Factor]:
    """Every assumed or literature number by path; a policy's own assumed ones from half to double, as far as it may."""
    found = {
        path: Factor(path, p.value, p.low, p.high, p.label, p.unit, p.status)
        for path, p in vocabulary().parameters.items()
        if p.status in VARIED and p.low is not None and p.high is not None and p.low < p.high
    }
    for policy in POLICIES:
        for p in policies()[policy].parameters:
            if p.status == "assumed" and p.members is None and p.low is not None and p.high is not None:
                path = f"{OWN}.{policy}.{p.name}"
                low, high = max(p.low, p.value / 2.0), min(p.high, p.value * 2.0)
                found[path] = Factor(path, p.value, low, high, p.label, p.unit, p.status)
    return MappingProxyType(found)


@dataclass(frozen=True)
class Setting:
    """Size of the study. `start` is the first year, `months` the length of a run.

    `seeds` tell how far luck moves an effect; `draws` are points of a group; `repeats` further seeds and `trajectories`
    are for the `keep` strongest numbers of each policy. A group stays that moves some effect by more than `kept_above`
    times what luck does. `only`: beginnings of the paths that are varied, all when empty.
    """

    scale: float = 0.005
    start: int = 2023
    months: int = 48
    seeds: int = 4
    draws: int = 3
    repeats: int = 1
    keep: int = 8
    trajectories: int = 6
    kept_above: float = 2.0
    only: tuple[str, ...] = ()

    def factors(self) -> dict[str, Factor]:
        """The numbers that are varied: all, or those whose paths begin with one of `only`."""
        return {path: f for path, f in factors().items() if not self.only or path.startswith(self.only)}

    def scenario(self, name: str, point: Point) -> Scenario:
        """A scenario of the study's size with the values of a point."""
        chosen = load_scenario(name).with_(start=self.start * 12, months=self.months, scale=self.scale)
        model = {path: value for path, value in point.items() if not path.startswith(f"{OWN}.")}
        entries = tuple(replace(entry, values={**entry.values, **_own(point, entry.id)}) for entry in chosen.policies)
        return replace(chosen, policies=entries, parameters={**chosen.parameters, **model})


def _own(point: Point, policy: str) -> dict[str, Any]:
    start = f"{OWN}.{policy}."
    return {path.removeprefix(start): value for path, value in point.items() if path.startswith(start)}


@dataclass(frozen=True)
class Question:
    """One cell of the study: which values, on which seed."""

    point: Point
    seed: int


@dataclass
class Study:
    """A folder of cells and what has been measured. Asking again costs nothing."""

    setting: Setting
    folder: Path
    jobs: int = 1
    failed: int = 0

    def ask(self, what: str, questions: Sequence[Question]) -> list[Numbers]:
        """The effects at each question; empty where a run gave up (a far corner may be no economy)."""
        cells = [self._cell(question) for question in questions]
        months = sum(cell.months for cell in cells)
        found, failed = fill(self.folder, cells, measure, self.jobs, progress_for(what, months))
        self.failed += len(failed)
        return [found.get(cell.key, {}) for cell in cells]

    def _cell(self, question: Question) -> Cell:
        named = {name: self.setting.scenario(name, question.point) for name in ("baseline", *POLICIES)}
        key = key_of("headline", named.values(), question.seed)
        return Cell(key, Paired(question.seed, named), self.setting.months * len(named))

    # --- the steps ---------------------------------------------------------------------------------------------------

    def centre(self) -> pd.DataFrame:
        """Effects at the declared values: columns `effect`, `mean`, `noise` (spread over seeds), `seeds`."""
        seeds = range(1, self.setting.seeds + 1)
        values = pd.DataFrame(self.ask("centre", [Question(_CENTRE, seed) for seed in seeds]), columns=_KEYS)
        rows = {"effect": _KEYS, "mean": values.mean(), "noise": values.std(ddof=1), "seeds": len(values)}
        return pd.DataFrame(rows).reset_index(drop=True)

    def groups(self, centre: pd.DataFrame) -> pd.DataFrame:
        """How far each group moves each effect: `group`, `effect`, `moved` (rms), `times_noise`, `kept`."""
        rows, base = [], self._base()
        for group, members in self._members().items():
            points = _latin(list(members.values()), self.setting.draws)
            values = self.ask(group, [Question(point, 1) for point in points])
            for effect in _KEYS:
                gaps = np.array([found.get(effect, np.nan) - base[effect] for found in values])
                rows.append({"group": group, "effect": effect, "moved": _rms(gaps)})
        table = pd.DataFrame(rows).merge(centre[["effect", "noise"]], on="effect")
        # The difference of two draws has the noise of both.
        table["times_noise"] = table["moved"] / (np.sqrt(2.0) * table.pop("noise"))
        best = table.groupby("group")["times_noise"].transform("max")
        return table.assign(kept=best > self.setting.kept_above)

    def ends(self, paths: Sequence[str], seeds: Iterable[int]) -> pd.DataFrame:
        """Each number at both ends: `path`, `effect`, `end`, `at`, `seed`, `value`, `change` against the same seed."""
        chosen, rows = self.setting.factors(), []
        for seed in seeds:
            base = self._base(seed)
            asked = [(path, end, chosen[path].at(share)) for path in paths for end, share in _ENDS]
            values = self.ask("ends", [Question({path: at}, seed) for path, _, at in asked])
            for (path, end, at), found in zip(asked, values, strict=True):
                for effect in _KEYS:
                    value = found.get(effect, np.nan)
                    rows.append((path, effect, end, at, seed, value, value - base[effect]))
        return pd.DataFrame(rows, columns=["path", "effect", "end", "at", "seed", "value", "change"])

    def morris(self, paths: Sequence[str]) -> pd.DataFrame:
        """Elementary effects of the numbers over their ranges: `path`, `effect`, `mu`, `mu_star`, `sigma`, `conf`, `n`.

        Units are those of the effect for a number that crosses its whole range. Trajectories with a run that gave up
        are left out.
        """
        from SALib.sample import morris as sampling

        if not paths:
            return pd.DataFrame(columns=["path", "mu", "mu_star", "sigma", "conf", "n", "effect"])
        chosen = [self.setting.factors()[path] for path in paths]
        problem = {"num_vars": len(paths), "names": list(paths), "bounds": [[0.0, 1.0]] * len(paths)}
        shares: Floats = sampling.sample(problem, self.setting.trajectories, num_levels=4, seed=_DRAW)
        size = len(paths) + 1
        questions = [
            Question({f.path: f.at(float(x)) for f, x in zip(chosen, row, strict=True)}, 1 + place // size)
            for place, row in enumerate(shares)
        ]
        values = pd.DataFrame(self.ask("trajectories", questions), columns=_KEYS).to_numpy(dtype=np.float64)
        pieces = [_elementary(problem, shares, values[:, at], size).assign(effect=key) for at, key in enumerate(_KEYS)]
        return pd.concat(pieces, ignore_index=True)

    def _base(self, seed: int = 1) -> Numbers:
        found = self.ask("centre", [Question(_CENTRE, seed)])[0]
        if not found:
            raise RunFailed(f"the declared values themselves gave no run on seed {seed}")
        return found

    def _members(self) -> dict[str, dict[str, Factor]]:
        groups: dict[str, dict[str, Factor]] = {}
        for path, factor in self.setting.factors().items():
            groups.setdefault(factor.group, {})[path] = factor
        return groups


_KEYS: Final = [effect.key for effect in EFFECTS]
_ENDS: Final = (("low", 0.0), ("high", 1.0))


def _rms(gaps: Floats) -> float:
    known = gaps[np.isfinite(gaps)]
    return float(np.sqrt(np.mean(known**2))) if known.size else float("nan")


def _latin(members: Sequence[Factor], n: int) -> list[dict[str, float]]:
    """Points at which all members are drawn over their ranges."""
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(members), rng=np.random.default_rng(_DRAW)).random(n)
    return [{f.path: f.at(float(x)) for f, x in zip(members, row, strict=True)} for row in shares]


def _elementary(problem: Mapping[str, Any], shares: Floats, values: Floats, size: int) -> pd.DataFrame:
    """SALib's measures of one effect from the trajectories without a gap; nan where none is left."""
    from SALib.analyze import morris as analysing

    whole = np.isfinite(values.reshape(-1, size)).all(axis=1)
    names, n = list(problem["names"]), int(whole.sum())
    if n < 2:
        return pd.DataFrame({"path": names, "mu": np.nan, "mu_star": np.nan, "sigma": np.nan, "conf": np.nan, "n": n})
    rows = np.repeat(whole, size)
    found = analysing.analyze(dict(problem), shares[rows], values[rows], num_levels=4, seed=_DRAW)
    columns = {name: np.asarray(found[name], dtype=np.float64) for name in ("mu", "mu_star", "sigma")}
    conf = np.asarray(found["mu_star_conf"], dtype=np.float64)
    return pd.DataFrame({"path": names, **columns, "conf": conf, "n": n})


def finalists(ends: pd.DataFrame, centre: pd.DataFrame, keep: int) -> list[str]:
    """The `keep` numbers of each policy that move one of its effects most against luck, all together by path."""
    if ends.empty:
        return []
    table = ends.merge(centre[["effect", "noise"]], on="effect")
    table["score"] = table["change"].abs() / table["noise"].replace(0.0, np.nan)
    table["policy"] = table["effect"].str.partition(".")[0]
    scores = table.groupby(["policy", "path"])["score"].max().dropna().reset_index()
    best = scores.sort_values(["policy", "score", "path"], ascending=[True, False, True]).groupby("policy").head(keep)
    return sorted(set(best["path"]))


def effect_of(key: str) -> Effect:
    """The declared effect of a key."""
    return next(effect for effect in EFFECTS if effect.key == key)


def conduct(study: Study) -> dict[str, pd.DataFrame]:
    """All steps in order: tables `centre`, `groups`, `ends` (one row an end, mean over seeds), `morris`."""
    setting = study.setting
    centre = study.centre()
    groups = study.groups(centre)
    kept = set(groups.loc[groups["kept"], "group"])
    paths = [path for path, factor in setting.factors().items() if factor.group in kept]
    first = study.ends(paths, [1])
    chosen = finalists(first, centre, setting.keep)
    again = study.ends(chosen, range(2, 2 + setting.repeats))
    ends = pd.concat([first, again], ignore_index=True)
    means = ends.groupby(["effect", "path", "end", "at"], as_index=False).agg(
        value=("value", "mean"), change=("change", "mean"), seeds=("change", "count")
    )
    return {"centre": centre, "groups": groups, "ends": means, "morris": study.morris(chosen)}
