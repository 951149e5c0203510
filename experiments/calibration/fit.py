"""The waves of the fit: fill the cube, rule out, look closer with the experiments, weigh, draw the sample, try it.

1. `design.n` runs over the whole cube, figures only; emulators of them; what is implausible is ruled out.
2. Runs at what is left, now with the three experiments; emulators of everything.
3. The posterior. Axes that no target tells, and one of each pair that is told only together, go back to their
   declared value. Some runs of wave 2, kept out, play the truth (`recovery`): what they show to be found hardly
   better than by guessing only leans. It is set to where it leans, or left where literature puts it, and varies in
   the sensitivity analysis alone; the posterior of the others is the fit.
4. Draws of the posterior are run once more, a year further than the fit may look; those that the real runs rule out
   are dropped, the others are the sample.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.calibration.emulator import Emulator, fit_emulator
from experiments.calibration.posterior import PLAUSIBLE, Likelihood, plausible_points, sample_posterior
from experiments.calibration.recovery import Truth, correlated, flat, recover, summary
from experiments.calibration.runs import FitRun, Outputs, make, read
from experiments.calibration.space import Space, space_of
from experiments.calibration.targets import Target, matrix
from experiments.design import Design
from experiments.store import write_file
from model.kernel.refusals import RunFailed
from model.scenario import Scenario, load_scenario
from model.scenario.vocabulary import vocabulary

Floats = NDArray[np.float64]
Say = Callable[[str], None]

CLOSER: Final = 300
"""Runs of the second wave."""
TRUTHS: Final = 20
WEAK: Final = 0.75
"""An axis whose intervals in the recovery are wider than this share of the prior's only leans."""
SAMPLE: Final = 128
"""Draws that are run once more."""
EXPERIMENT_MONTHS: Final = 60
"""How long the experiments are followed: what they give after ten years comes from the score card."""
SAMPLE_MONTHS: Final = 60
FIRST_SEED: Final = 1001


@dataclass(frozen=True)
class Effort:
    """How much is run: points of wave 2, runs that play the truth, draws of the sample, steps of the chains."""

    closer: int = CLOSER
    truths: int = TRUTHS
    sample: int = SAMPLE
    steps: int = 3000


@dataclass
class Fit:
    """What the waves found, as far as they came."""

    space: Space
    targets: tuple[Target, ...]
    effort: Effort = field(default_factory=Effort)
    experiments: tuple[str, ...] = ()
    first_points: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    first_outputs: list[Outputs] = field(default_factory=list)
    closer_points: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    closer_outputs: list[Outputs] = field(default_factory=list)
    left: float = 1.0
    likelihood: Likelihood | None = None
    posterior: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    flat: list[str] = field(default_factory=list)
    paired: list[tuple[str, str, float]] = field(default_factory=list)
    leaning: dict[str, float] = field(default_factory=dict)
    recovery: pd.DataFrame = field(default_factory=pd.DataFrame)
    sample_points: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    sample_outputs: list[Outputs] = field(default_factory=list)
    dropped: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> list[Target]:
        """Targets that a plain run has."""
        return [target for target in self.targets if not target.is_experiment]


@dataclass(frozen=True)
class Workshop:
    """Where and how runs are made: folder, scenario, processes, when to stop, whom to tell."""

    folder: Path
    scenario: Scenario
    workers: int
    deadline: float
    say: Say

    def jobs(
        self,
        space: Space,
        points: Floats,
        first_seed: int,
        experiments: tuple[str, ...] = (),
        months: int | None = None,
    ) -> list[FitRun]:
        """A run a point; run k has seed first_seed + k."""
        scenario = self.scenario if months is None else self.scenario.with_(months=months)
        return [
            FitRun(scenario, space.values(point), first_seed + number, experiments, EXPERIMENT_MONTHS,
                   str(self.folder / "runs"))
            for number, point in enumerate(points)
        ]  # fmt: skip

    def make(self, fit: Fit, jobs: Sequence[FitRun], share: float, name: str) -> list[int]:
        """Make what is missing until `share` of the time is over; returns which jobs have a result."""
        begun, until = time.monotonic(), time.monotonic() + share * max(0.0, self.deadline - time.monotonic())
        done = 0

        def told(job: FitRun) -> None:
            nonlocal done
            done += 1
            if done % 20 == 0:
                self.say(f"{name}: {done} runs, {(time.monotonic() - begun) / done:.1f} s each")

        fit.failed |= make(jobs, self.workers, lambda: time.monotonic() < until, told)
        there = [number for number, job in enumerate(jobs) if job.path.exists()]
        self.say(f"{name}: {len(there)} of {len(jobs)} runs are there")
        return there


def calibrate(
    design: Design, targets: tuple[Target, ...], folder: Path, workers: int, budget_minutes: float, say: Say,
    effort: Effort | None = None,
) -> Fit:  # fmt: skip
    """The whole fit in a folder, going on with the runs it holds. Raises RunFailed when time allowed too few runs."""
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    scenario = load_scenario(design.scenario).with_(months=design.months, scale=design.scale)
    shop = Workshop(folder, scenario, workers, time.monotonic() + 60.0 * budget_minutes, say)
    fit = begin(design, targets, effort)
    fill(fit, shop, design.n)
    look_closer(fit, shop)
    weigh(fit, say)
    try_sample(fit, shop)
    return fit


def begin(design: Design, targets: tuple[Target, ...], effort: Effort | None = None) -> Fit:
    """A fit to the targets that are used; experiments of the others are run beside."""
    ids = tuple(dict.fromkeys(target.id for target in targets if target.is_experiment))
    return Fit(space_of(design), tuple(target for target in targets if target.used), effort or Effort(), ids)


def fill(fit: Fit, shop: Workshop, n: int) -> None:
    """Wave 1: the whole cube."""
    points = fit.space.spread(n, 1)
    jobs = shop.jobs(fit.space, points, FIRST_SEED)
    there = shop.make(fit, jobs, 0.4, "wave 1")
    fit.first_points, fit.first_outputs = points[there], _outputs(jobs, there)
    _enough(len(there), 4 * fit.space.size, "wave 1")


def look_closer(fit: Fit, shop: Workshop) -> None:
    """Wave 2: what wave 1 leaves, with the experiments. Its points are kept for a fit that goes on."""
    place = shop.folder / "wave_2.npy"
    if not place.exists():
        emulator = fit_emulator(fit.first_points, matrix(fit.figures, fit.first_outputs))
        ruled = _likelihood(emulator, fit.figures, fit.space)
        points, left = plausible_points(ruled, fit.effort.closer, seed=2)
        write_file(place, lambda handle: np.save(handle, np.concatenate([points, np.full((1, fit.space.size), left)])))
    kept = np.load(place)
    points, fit.left = kept[:-1], float(kept[-1, 0])
    shop.say(f"wave 2: {fit.left:.2g} of the cube is not ruled out")
    jobs = shop.jobs(fit.space, points, FIRST_SEED + 100_000, fit.experiments)
    there = shop.make(fit, jobs, 0.8, "wave 2")
    fit.closer_points, fit.closer_outputs = points[there], _outputs(jobs, there)
    _enough(len(there), 2 * fit.space.size + fit.effort.truths, "wave 2")


def weigh(fit: Fit, say: Say) -> None:
    """The posterior, first with all axes, then without those that the targets do not tell or hardly; the recovery."""
    seen = len(fit.closer_outputs) - fit.effort.truths
    points = np.concatenate([fit.first_points, fit.closer_points[:seen]])
    emulator = fit_emulator(points, matrix(fit.targets, [*fit.first_outputs, *fit.closer_outputs[:seen]]))
    all_free = _likelihood(emulator, fit.targets, fit.space)
    wide = sample_posterior(all_free, fit.effort.steps)
    untold = set(flat(wide).tolist())
    fit.flat = [fit.space.paths[axis] for axis in sorted(untold)]
    told = [axis for axis in range(fit.space.size) if axis not in untold]
    for one, other, r in sorted(correlated(wide, told), key=lambda pair: -abs(pair[2])):
        if one not in untold and other not in untold:
            loose = max((one, other), key=lambda axis: float(np.std(wide[:, axis])))
            untold.add(loose)
            fit.paired.append((fit.space.paths[loose], fit.space.paths[one if loose == other else other], r))
    _settle(fit, all_free, untold)
    widths = summary(fit.recovery)["width"]
    weak = [fit.space.paths.index(path) for path in widths.index[widths > WEAK]]
    middle = np.median(fit.posterior, axis=0)
    for axis in weak:
        path = fit.space.paths[axis]
        if vocabulary().parameters[path].status != "literature":
            all_free.fixed[axis] = middle[axis]
        fit.leaning[path] = fit.space.values(all_free.fixed)[path]
    if weak:
        _settle(fit, all_free, untold | set(weak))
    say(f"{len(fit.likelihood.free)} parameters are told, {len(weak)} lean, {len(untold)} are not told")


def _settle(fit: Fit, all_free: Likelihood, held: set[int]) -> None:
    """Posterior and recovery with some axes held."""
    free = np.array([axis for axis in range(fit.space.size) if axis not in held], dtype=np.int64)
    fit.likelihood = Likelihood(all_free.emulator, all_free.value, all_free.sd, free, all_free.fixed.copy())
    fit.posterior = sample_posterior(fit.likelihood, fit.effort.steps)
    fit.recovery = _recovery(fit)


def _recovery(fit: Fit) -> pd.DataFrame:
    assert fit.likelihood is not None
    seen = len(fit.closer_outputs) - fit.effort.truths
    outputs = matrix(fit.targets, fit.closer_outputs[seen:])
    truths = [
        Truth(point, row)
        for point, row in zip(fit.closer_points[seen:], outputs, strict=True)
        if np.all(np.isfinite(row))
    ]
    blur = np.array([target.observed_sd for target in fit.targets])
    return recover(fit.likelihood, truths, blur, fit.space.paths, max(500, fit.effort.steps // 2))


def try_sample(fit: Fit, shop: Workshop) -> None:
    """Run draws of the posterior; keep those that the real runs do not rule out, the most central one first."""
    assert fit.likelihood is not None
    points = fit.posterior[: fit.effort.sample]
    jobs = shop.jobs(fit.space, points, 1, months=SAMPLE_MONTHS)
    there = shop.make(fit, jobs, 1.0, "sample")
    outputs = _outputs(jobs, there)
    figures = np.array([number for number, target in enumerate(fit.targets) if not target.is_experiment])
    off = np.abs(matrix(fit.figures, outputs) - fit.likelihood.value[figures]) / fit.likelihood.error()[figures]
    kept = np.flatnonzero(np.max(off, axis=1) < PLAUSIBLE)
    _enough(len(kept), max(4, fit.effort.sample // 8), "sample")
    fit.dropped = len(there) - len(kept)
    chosen = points[there][kept]
    middle = int(np.argmin(np.sum((chosen - np.median(chosen, axis=0)) ** 2, axis=1)))
    order = [middle, *(number for number in range(len(kept)) if number != middle)]
    fit.sample_points = chosen[order]
    fit.sample_outputs = [outputs[kept[number]] for number in order]


def _likelihood(emulator: Emulator, targets: Sequence[Target], space: Space) -> Likelihood:
    """With all axes free; the declared values stand where an axis is fixed later."""
    return Likelihood(
        emulator, np.array([target.value for target in targets]), np.array([target.sd for target in targets]),
        np.arange(space.size), space.point(space.declared()),
    )  # fmt: skip


def _outputs(jobs: Sequence[FitRun], there: Sequence[int]) -> list[Outputs]:
    return [found for number in there if (found := read(jobs[number])) is not None]


def _enough(have: int, need: int, what: str) -> None:
    if have < need:
        raise RunFailed(f"{what} has {have} runs and needs {need}; give more minutes and go on with --resume")
