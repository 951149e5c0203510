"""What may vary in the fit: axes from the design, seen by the emulators as a cube of side one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.design import Axis, Design, declared_at

Floats = NDArray[np.float64]

WIDE: Final = 2.5
"""A positive range whose ends lie further apart than this factor is even in logs."""
_DRAW: Final = 20_220_101


@dataclass(frozen=True)
class Space:
    """The cube. A coordinate goes from 0 (low) to 1 (high), evenly or evenly in logs."""

    axes: tuple[Axis, ...]

    @property
    def paths(self) -> list[str]:
        """Paths of model parameters, without the word that stands before them in scenario files."""
        return [axis.path.removeprefix("parameters.") for axis in self.axes]

    @property
    def size(self) -> int:
        return len(self.axes)

    def values(self, point: Floats) -> dict[str, float]:
        """path → value at a point of the cube."""
        return {
            path: _value(axis, float(share)) for path, axis, share in zip(self.paths, self.axes, point, strict=True)
        }

    def point(self, values: Mapping[str, float]) -> Floats:
        """The point of the cube at given values."""
        return np.array(
            [_share(axis, values[path]) for path, axis in zip(self.paths, self.axes, strict=True)], dtype=np.float64
        )

    def declared(self) -> dict[str, float]:
        """path → the value declared."""
        found = {axis.path.removeprefix("parameters."): declared_at(axis.path) for axis in self.axes}
        return {path: float(item.value) for path, item in found.items() if item is not None}

    def spread(self, n: int, wave: int) -> Floats:
        """`n` points that fill the cube; the same for the same wave."""
        sampler = qmc.LatinHypercube(self.size, rng=np.random.default_rng((_DRAW, wave)))
        return np.asarray(sampler.random(n), dtype=np.float64)


def space_of(design: Design) -> Space:
    """The space of a design's axes."""
    return Space(design.axes)


def in_logs(axis: Axis) -> bool:
    """Whether an axis is even in logs."""
    return axis.low > 0.0 and axis.high / axis.low >= WIDE


def _value(axis: Axis, share: float) -> float:
    if in_logs(axis):
        return float(axis.low * (axis.high / axis.low) ** share)
    return float(axis.low + (axis.high - axis.low) * share)


def _share(axis: Axis, value: float) -> float:
    if in_logs(axis):
        return float(np.log(value / axis.low) / np.log(axis.high / axis.low))
    return (value - axis.low) / (axis.high - axis.low)
