"""Keyed luck: every draw is a pure function of (seed, process, month, number, slot).

A draw belongs to an agent *number*, never to a row or to an order of calls. The same firm therefore meets the
same luck in every scenario, so that the difference of two runs is the policy's; one more firm leaves the
others' draws alone; and the number of workers cannot matter. One uniform is drawn per key and then
transformed, since a sequential binomial or Poisson would consume a varying count and shift everybody's luck.

The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood 2014), applied twice; the 64-bit key of
(seed, process, month) comes from BLAKE2b.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtrik, ndtri

Floats = NDArray[np.float64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_SLOT: Final = np.uint64(0xD1342543DE82EF95)
_M1: Final = np.uint64(0xBF58476D1CE4E5B9)
_M2: Final = np.uint64(0x94D049BB133111EB)
_TO_UNIT: Final = 2.0**-53
_HALF_STEP: Final = 2.0**-54


@lru_cache(maxsize=4096)
def stream_key(seed: int, process: str, month: int) -> np.uint64:
    """64-bit key of one stream."""
    digest = hashlib.blake2b(f"{seed}/{process}/{month}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser, in place."""
    x ^= x >> np.uint64(30)
    x *= _M1
    x ^= x >> np.uint64(27)
    x *= _M2
    x ^= x >> np.uint64(31)
    return x


@dataclass(frozen=True)
class Draws:
    """All luck of one run. Stateless: calling twice gives the same numbers."""

    seed: int

    def uniform(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike = 0) -> Floats:
        """Uniform numbers in (0, 1), one per (number, slot) after broadcasting.

        `numbers` are identities (firm numbers, place numbers); `slot` tells apart several draws of one agent in
        one process and month (its markets, say). Both are non-negative integers.
        """
        # Wrap-around is wanted here: these are integers modulo 2**64, arrays never warn about it.
        number = np.atleast_1d(np.asarray(numbers)).astype(np.uint64)
        slots = np.atleast_1d(np.asarray(slot)).astype(np.uint64)
        x = self._mixed(process, month, number, slots)
        unit = (x >> np.uint64(11)).astype(np.float64)
        unit *= _TO_UNIT
        unit += _HALF_STEP
        shape = np.broadcast_shapes(np.shape(numbers), np.shape(slot))
        return unit.reshape(shape)

    def normal(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike = 0) -> Floats:
        """Standard normal numbers, by the inverse distribution of one uniform each."""
        return np.asarray(ndtri(self.uniform(process, month, numbers, slot)))

    def pieces(self, process: str, month: int, numbers: ArrayLike, count: int) -> NDArray[np.uint16]:
        """For every number `count` coarse uniforms as whole numbers 0 … 65535, shape [len(numbers), count].

        Four sixteen-bit pieces come from one mix: enough for hazards and tastes, at a quarter of the cost. Piece k
        of a number is `piece(process, month, number, k)`.
        """
        own = np.asarray(numbers).astype(np.uint64)
        blocks = np.arange((count + 3) // 4, dtype=np.uint64)
        mixed = self._mixed(process, month, own[:, None], blocks[None, :])
        return mixed.astype("<u8").view("<u2").reshape(len(own), -1)[:, :count].astype(np.uint16, copy=False)

    def piece(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike) -> NDArray[np.int64]:
        """Coarse uniform of each (number, slot), 0 … 65535; the same values as in `pieces`."""
        slots = np.asarray(slot).astype(np.uint64)
        mixed = self._mixed(process, month, np.asarray(numbers).astype(np.uint64), slots >> np.uint64(2))
        shift = (slots & np.uint64(3)) * np.uint64(16)
        return np.asarray(((mixed >> shift) & np.uint64(0xFFFF)).astype(np.int64))

    def coarse_normal(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike) -> Floats:
        """Standard normal numbers on a grid of 65 536 quantiles (tails end at 4.3): tastes and judgements."""
        return np.asarray(NORMAL_GRID[self.piece(process, month, numbers, slot)])

    def _mixed(
        self, process: str, month: int, numbers: NDArray[np.uint64], slots: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """64 random bits of each (number, slot) after broadcasting."""
        key = stream_key(self.seed, process, month)
        x = np.atleast_1d(numbers * _GOLDEN + slots * _SLOT)
        return _mix(_mix(x) ^ key)


NORMAL_GRID: Final = ndtri((np.arange(65536) + 0.5) / 65536.0)


FEW: Final = 10.0  # expected successes up to which summing the distribution beats inverting its integral


def binomial(u: Floats, n: Floats, p: Floats) -> Floats:
    """Inverse binomial distribution: the k with P(X < k) < u <= P(X <= k), as float64.

    `n` counts trials (whole numbers), `p` the chance of each. Exact inversion, so the same uniform with a higher
    `p` never gives fewer successes: a policy that raises a rate cannot lower one firm's count by bad luck.
    """
    n, p = np.broadcast_arrays(np.asarray(n, np.float64), np.asarray(p, np.float64))
    out = np.zeros(n.shape)
    sure = p >= 1.0
    out[sure] = n[sure]
    # P(X = 0) = (1-p)^n settles most firms at once.
    open_ = (n > 0) & (p > 0) & ~sure
    none = np.zeros(n.shape)
    none[open_] = np.exp(n[open_] * np.log1p(-p[open_]))
    some = np.flatnonzero(open_ & (u > none))
    few = n[some] * p[some] <= FEW
    counted, many = some[few], some[~few]
    out[counted] = _count_up(u[counted], n[counted], p[counted], none[counted])
    if len(many):
        k = np.ceil(bdtrik(u[many], n[many], p[many]) - 1e-9)
        out[many] = np.clip(k, 1.0, n[many])
    return out


def _count_up(u: Floats, n: Floats, p: Floats, none: Floats) -> Floats:
    """Add up the chances of 0, 1, 2, … successes until they reach `u`; for few expected successes."""
    found = np.zeros(len(u))
    left = np.arange(len(u))
    chance, reached, odds = none.copy(), none.copy(), p / (1.0 - p)
    k = 0.0
    while len(left):
        k += 1.0
        chance = chance * ((n - k + 1.0) / k * odds)
        reached = reached + chance
        stays = (u > reached) & (k < n)
        found[left[~stays]] = k
        left, u, n, odds = left[stays], u[stays], n[stays], odds[stays]
        chance, reached = chance[stays], reached[stays]
    return found


def whole(u: Floats, x: Floats) -> Floats:
    """Round `x` to a whole number at random so that the mean is kept."""
    low = np.floor(x)
    return low + (u < x - low)
