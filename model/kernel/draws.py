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
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtrik, ndtri

Floats = NDArray[np.float64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_SLOT: Final = np.uint64(0xD1342543DE82EF95)
_M1: Final = np.uint64(0xBF58476D1CE4E5B9)
_M2: Final = np.uint64(0x94D049BB133111EB)
_TO_UNIT: Final = 2.0**-53
_HALF_STEP: Final = 2.0**-54
_ONE: Final = np.zeros(1)


@lru_cache(maxsize=4096)
def stream_key(seed: int, process: str, month: int) -> np.uint64:
    """64-bit key of one stream."""
    digest = hashlib.blake2b(f"{seed}/{process}/{month}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@njit(cache=True, inline="always")
def _mix(x: Any) -> Any:  # pragma: no cover - compiled
    """SplitMix64's finaliser of one 64-bit number."""
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return x ^ (x >> np.uint64(31))


@njit(cache=True)
def _mix_keys(key: Any, numbers: Any, slots: Any, out: Any) -> None:  # pragma: no cover - compiled
    """64 random bits of each (number, slot); integers modulo 2**64, so wrap-around is wanted here.

    `out` is a table; `numbers` and `slots` have one row or all of its rows, one column or all of its columns.
    """
    down, right = min(numbers.shape[0] - 1, 1), min(numbers.shape[1] - 1, 1)
    under, beside = min(slots.shape[0] - 1, 1), min(slots.shape[1] - 1, 1)
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            x = numbers[i * down, k * right] * _GOLDEN + slots[i * under, k * beside] * _SLOT
            out[i, k] = _mix(_mix(x) ^ key)


@njit(cache=True)
def _to_unit(bits: Any, out: Any) -> None:  # pragma: no cover - compiled
    """The upper 53 bits as numbers in the open interval (0, 1)."""
    for i in range(bits.shape[0]):
        out[i] = np.float64(bits[i] >> np.uint64(11)) * _TO_UNIT + _HALF_STEP


@njit(cache=True)
def _cut(bits: Any, slots: Any, out: Any) -> None:  # pragma: no cover - compiled
    """The sixteen of 64 bits that belong to a slot."""
    for i in range(bits.shape[0]):
        out[i] = (bits[i] >> ((slots[i] & np.uint64(3)) * np.uint64(16))) & np.uint64(0xFFFF)


@dataclass(frozen=True)
class Draws:
    """All luck of one run. Stateless: calling twice gives the same numbers."""

    seed: int

    def uniform(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike = 0) -> Floats:
        """Uniform numbers in (0, 1), one per (number, slot) after broadcasting.

        `numbers` are identities (firm numbers, place numbers); `slot` tells apart several draws of one agent in
        one process and month (its markets, say). Both are non-negative integers.
        """
        number = np.atleast_1d(np.asarray(numbers)).astype(np.uint64)
        slots = np.atleast_1d(np.asarray(slot)).astype(np.uint64)
        bits = self._mixed(process, month, number, slots)
        unit = np.empty(bits.shape)
        _to_unit(bits.ravel(), unit.ravel())
        return unit.reshape(np.broadcast(numbers, slot).shape)

    def normal(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike = 0) -> Floats:
        """Standard normal numbers, by the inverse distribution of one uniform each."""
        return np.asarray(ndtri(self.uniform(process, month, numbers, slot)))

    def pieces(
        self, process: str, month: int, numbers: ArrayLike, count: int, first: ArrayLike = 0
    ) -> NDArray[np.uint16]:
        """For every number `count` coarse uniforms as whole numbers 0 … 65535, shape [len(numbers), count].

        Four sixteen-bit pieces come from one mix: enough for hazards and tastes, at a quarter of the cost. Piece k
        of a number is `piece(process, month, number, first + k)`; `first`, one or one a number, is a multiple of four.
        """
        own, start = np.asarray(numbers).astype(np.uint64), np.atleast_1d(np.asarray(first)).astype(np.uint64)
        blocks = (start >> np.uint64(2))[:, None] + np.arange((count + 3) // 4).astype(np.uint64)
        mixed = self._mixed(process, month, own[:, None], blocks)
        return mixed.astype("<u8", copy=False).view("<u2").reshape(len(own), mixed.shape[1] * 4)[:, :count]

    def piece(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike) -> NDArray[np.int64]:
        """Coarse uniform of each (number, slot), 0 … 65535; the same values as in `pieces`."""
        slots = np.asarray(slot).astype(np.uint64)
        bits = self._mixed(process, month, np.asarray(numbers).astype(np.uint64), slots >> np.uint64(2))
        pieces = np.empty(bits.shape, dtype=np.int64)
        _cut(bits.ravel(), np.broadcast_to(slots, bits.shape).ravel(), pieces.ravel())
        return pieces

    def coarse_normal(self, process: str, month: int, numbers: ArrayLike, slot: ArrayLike) -> Floats:
        """Standard normal numbers on a grid of 65 536 quantiles (tails end at 4.3): tastes and judgements."""
        return np.asarray(NORMAL_GRID[self.piece(process, month, numbers, slot)])

    def _mixed(
        self, process: str, month: int, numbers: NDArray[np.uint64], slots: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """64 random bits of each (number, slot) after broadcasting."""
        bits = np.empty(np.broadcast(numbers, slots, _ONE).shape, dtype=np.uint64)
        _mix_keys(
            stream_key(self.seed, process, month), np.atleast_2d(numbers), np.atleast_2d(slots), np.atleast_2d(bits)
        )
        return bits


NORMAL_GRID: Final = ndtri((np.arange(65536) + 0.5) / 65536.0)


FEW: Final = 50.0  # expected successes up to which summing the distribution beats inverting its integral


def binomial(u: Floats, n: Floats, p: Floats) -> Floats:
    """Inverse binomial distribution: the k with P(X < k) < u <= P(X <= k), as float64.

    `n` counts trials (whole numbers), `p` the chance of each. Exact inversion, so the same uniform with a higher
    `p` never gives fewer successes: a policy that raises a rate cannot lower one firm's count by bad luck.
    """
    u, n, p = (
        np.ascontiguousarray(part) for part in np.broadcast_arrays(u, np.asarray(n, float), np.asarray(p, float))
    )
    out = np.empty(n.shape)
    _count_up(u, n, p, out)
    many = out < 0.0
    if many.any():
        k = np.ceil(bdtrik(u[many], n[many], p[many]) - 1e-9)
        out[many] = np.clip(k, 1.0, n[many])
    return out


@njit(cache=True)
def _count_up(u: Any, n: Any, p: Any, out: Any) -> None:  # pragma: no cover - compiled
    """Add up the chances of 0, 1, 2, … successes until they reach `u`; -1 where many successes are expected."""
    for i in range(u.shape[0]):
        k = 0.0
        if p[i] >= 1.0:
            k = n[i]
        elif n[i] > 0.0 and p[i] > 0.0:
            chance = math.exp(n[i] * math.log1p(-p[i]))  # of none, which settles most firms at once
            if u[i] > chance and n[i] * p[i] > FEW:
                k = -1.0
            elif u[i] > chance:
                reached, odds = chance, p[i] / (1.0 - p[i])
                while u[i] > reached and k < n[i]:
                    k += 1.0
                    chance *= (n[i] - k + 1.0) / k * odds
                    reached += chance
        out[i] = k


def whole(u: Floats, x: Floats) -> Floats:
    """Round `x` to a whole number at random so that the mean is kept."""
    low = np.floor(x)
    return low + (u < x - low)
