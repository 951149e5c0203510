"""Which points of the cube agree with the targets: implausibility to rule out, Markov chains to weigh what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import emcee
import numpy as np
from numpy.typing import NDArray

from experiments.calibration.emulator import Emulator

Floats = NDArray[np.float64]

PLAUSIBLE: Final = 3.0
"""History matching: a point more than so many errors off in any target is ruled out."""
_SEED: Final = 20_221_231


@dataclass(frozen=True)
class Likelihood:
    """Targets' `value` and `sd` [target], seen through an emulator; `free` axes vary, the others stay at `fixed`."""

    emulator: Emulator
    value: Floats
    sd: Floats
    free: NDArray[np.int64]
    fixed: Floats

    def whole(self, points: Floats) -> Floats:
        """Points [n, free] as points of the whole cube [n, axis]."""
        found = np.repeat(self.fixed[None, :], len(points), axis=0)
        found[:, self.free] = points
        return found

    def error(self) -> Floats:
        """Error of target and emulator together, [target]."""
        return np.hypot(self.sd, self.emulator.sd)

    def implausibility(self, points: Floats) -> Floats:
        """[n] the largest distance to a target in errors, at points [n, axis] of the whole cube."""
        return np.asarray(np.max(np.abs(self.emulator.predict(points) - self.value) / self.error(), axis=1))

    def log(self, points: Floats) -> Floats:
        """[n] log posterior under the even prior on the cube, at points [n, free]."""
        inside = np.all((points >= 0.0) & (points <= 1.0), axis=1)
        far = (self.emulator.predict(self.whole(np.clip(points, 0.0, 1.0))) - self.value) / self.error()
        return np.where(inside, -0.5 * np.sum(far**2, axis=1), -np.inf)


def sample_posterior(likelihood: Likelihood, steps: int = 3000, keep: int = 4000, seed: int = _SEED) -> Floats:
    """[keep, axis] points of the whole cube drawn from the posterior. The same for the same seed."""
    rng = np.random.default_rng(seed)
    size = len(likelihood.free)
    walkers = 4 * size
    tried = rng.random((20_000, size))
    start = tried[np.argsort(-likelihood.log(tried))[:walkers]]
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.1)]
    sampler = emcee.EnsembleSampler(walkers, size, likelihood.log, moves=moves, vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(start, steps, progress=False)
    chain = sampler.get_chain(discard=steps // 2, flat=True)
    chosen = rng.choice(len(chain), size=min(keep, len(chain)), replace=False)
    return likelihood.whole(np.asarray(chain)[chosen])


def plausible_points(likelihood: Likelihood, n: int, seed: int, most: int = 2_000_000) -> tuple[Floats, float]:
    """Up to `n` points [n, axis] that are not ruled out, evenly over what is left, and the share of the cube left.

    Where too little of the cube is left to be hit by chance, points of the posterior with its errors widened take
    the place: they lie in the same region and fill it beyond its edge.
    """
    rng = np.random.default_rng((_SEED, seed))
    found: list[Floats] = []
    tried = have = 0
    while tried < most and have < n:
        points = rng.random((50_000, len(likelihood.fixed)))
        good = points[likelihood.implausibility(points) < PLAUSIBLE]
        found.append(good)
        tried, have = tried + len(points), have + len(good)
    share = have / tried
    if have < n:
        wide = Likelihood(likelihood.emulator, likelihood.value, 2.0 * likelihood.error(), likelihood.free,
                          likelihood.fixed)  # fmt: skip
        found.append(sample_posterior(wide, keep=n - have, seed=seed))
    return np.concatenate(found)[:n], share
