"""What a published experiment is: its arms, when it is looked at, how it is measured, what must come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.validation.rows import REPORTED, THEMES
from model.kernel.calendar import parse_month
from model.kernel.declare import Label

if TYPE_CHECKING:
    from experiments.natural.watching import Seen

BASELINE: Final = "baseline"
START: Final = parse_month("2022-01")
"""Month 0 of every experiment: the model is compared from 2022 on."""
TIERS: Final = ("A", "B", REPORTED)
NO_REASON: Final = Label("", "")
NAN: Final = float("nan")


@dataclass(frozen=True)
class Span:
    """Months that are summed into one look: `first` counted from month 0, negative before it, and how many."""

    first: int
    months: int = 1

    @property
    def end(self) -> int:
        """The month after the last."""
        return self.first + self.months

    @property
    def absolute(self) -> range:
        """The absolute months."""
        return range(START + self.first, START + self.end)


@dataclass(frozen=True)
class Output:
    """One number of an experiment and the band it must meet.

    `target` is the published figure. Tier A: the mean over draws lies in the band. Tier B: a sign or order, 1 where it
    holds in a draw and 0 where not; the band is a share of draws. Tier R: reported without a band, where the protocol
    gives none. `reason` says why a miss is a miss.
    """

    name: str
    unit: str
    label: Label
    band: tuple[float, float]
    tier: str = "A"
    target: float = NAN
    reason: Label = NO_REASON

    def __post_init__(self) -> None:
        if self.tier not in TIERS or self.band[0] > self.band[1]:
            raise ValueError(f"{self.name}: tier is A, B or R and a band goes from low to high")

    @classmethod
    def reported(cls, name: str, unit: str, label: Label, target: float = NAN) -> Output:
        """A number that is told beside the others and not judged."""
        return cls(name, unit, label, (NAN, NAN), REPORTED, target)

    @classmethod
    def order(cls, name: str, label: Label, reason: Label = NO_REASON) -> Output:
        """A sign or order, which must hold in nine draws of ten."""
        return cls(name, "share of draws", label, (0.9, 1.0), "B", reason=reason)


@dataclass(frozen=True)
class Experiment:
    """One published experiment.

    `arms` are names of scenarios that part from the baseline; none where the baseline itself is looked at. `looks`
    name the months that `measure` needs, in the baseline and in every arm. `measure` gives one value an output for
    one draw; it may leave out those whose looks were not asked for. `seen_at` tells where the source was read.
    """

    id: str
    theme: str
    label: Label
    published: Label
    source: str
    seen_at: str
    outputs: tuple[Output, ...]
    looks: Mapping[str, Span]
    measure: Callable[[Seen], Mapping[str, float]]
    arms: tuple[str, ...] = ()
    used_in_calibration: bool = False

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise ValueError(f"{self.id}: '{self.theme}' is no theme of the score card")

    @property
    def months(self) -> int:
        """Months from month 0 to the end of the last look."""
        return max(span.end for span in self.looks.values())
