"""What a policy claims must show in paired runs, and what it says it leaves alone must not move by one bit.

Three forms, one frame each: four seeds here and now, twenty in the slow test, nought where nothing may move. Baselines
and runs are shared (`runs.py`), so a policy costs its own months and no more.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pytest

from model.kernel.calendar import year_of
from model.kernel.declare import INDICATORS
from model.policies import Expectation, policies
from tests.policies.runs import QUICK, Frame, among, baseline, last_year, monthly, value, with_defaults

IDS = list(policies())
SEEDS = (1, 2, 3, 4)
LATER: Mapping[str, Frame] = MappingProxyType({"full_hosting": Frame(months=60, scale=0.01, policies_from="2022-01")})
"""Frames of the short tests for policies on what opens later: hosting begins in September 2022."""
LONG = Frame(months=72, scale=0.02, policies_from="2022-01")
MANY = tuple(range(1, 21))
MOST_WRONG = 2
"""Of the twenty pairs of the slow test, those that may point the other way."""
LATE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""Indicators that a policy moves too slowly or too little for two years and four seeds: left to the slow test."""


def short(id: str) -> Frame:
    """The frame of a policy's short tests."""
    return LATER.get(id, QUICK)


def claims(id: str, frame: Frame, *kinds: str) -> list[Expectation]:
    """Claims of these kinds that are made for a year within the frame."""
    chosen = [claim for claim in policies()[id].expects if claim.kind in kinds]
    return [claim for claim in chosen if int(year_meant(claim, frame)) <= int(last_year(frame))]


def year_meant(claim: Expectation, frame: Frame) -> str:
    """The calendar year a claim is made for: the last, unless it names one."""
    return last_year(frame) if claim.year is None else str(year_of(frame.start) + claim.year - 1)


def spoken(claim: Expectation) -> str:
    """A claim in a line."""
    where = " ".join(",".join(members) for members in claim.where.values())
    told = f"{claim.kind} {claim.indicator} {where} {claim.among} {claim.direction}"
    return " ".join(told.split())


def pair(id: str, frame: Frame, seed: int, claim: Expectation) -> tuple[float, float]:
    """The claimed indicator without and with the policy, or a column of firms over those supported or not."""
    year, kept = year_meant(claim, frame), claim.among
    without, there = baseline(frame, seed).outcome, with_defaults(id, frame, seed)
    if kept:
        return among((without, there), id, kept, claim.indicator, year)
    sides = (value(outcome, claim.indicator, year, claim.where) for outcome in (without, there))
    return next(sides), next(sides)


def gaps(id: str, frame: Frame, seeds: Sequence[int], wanted: list[Expectation]) -> Mapping[int, np.ndarray]:
    """Policy less baseline for each claim, signed so that above zero is as claimed; seed by seed."""
    found: dict[int, list[float]] = {number: [] for number in range(len(wanted))}
    for seed in seeds:  # seed by seed, so that few runs are kept in memory
        for number, claim in enumerate(wanted):
            without, there = pair(id, frame, seed, claim)
            found[number].append((there - without) * (1.0 if claim.direction == "up" else -1.0))
    return {number: np.array(values) for number, values in found.items()}


def report(id: str, wanted: list[Expectation], found: Mapping[int, np.ndarray]) -> None:
    """Print how often and by how much each claim was right; pytest shows it with -s or after a failure."""
    print(f"\n{id}")
    for number, claim in enumerate(wanted):
        gap = found[number]
        print(f"  {spoken(claim):70s} right in {int((gap > 0).sum())} of {len(gap)}, mean {gap.mean():+.4g}")


@pytest.mark.parametrize("id", IDS)
def test_channel_and_side_effect_move_as_claimed(id: str) -> None:
    """The mean over four seeds has the claimed sign, and for a channel at most one seed the other."""
    frame = short(id)
    wanted = claims(id, frame, "channel", "outcome", "side_effect")
    found = gaps(id, frame, SEEDS, wanted)
    report(id, wanted, found)
    held = {number: claim for number, claim in enumerate(wanted) if claim.indicator not in LATE.get(id, ())}
    wrong = [
        f"{spoken(claim)}: {found[number]}"
        for number, claim in held.items()
        if claim.kind != "outcome"
        and not (found[number].mean() > 0.0 and (claim.kind != "channel" or (found[number] > 0.0).sum() >= 3))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_channel_and_side_effect_in_many_seeds(id: str) -> None:
    wanted = claims(id, LONG, "channel", "outcome", "side_effect")
    assert len(wanted) == len(policies()[id].expects), "a claim for a year that the long frame does not reach"
    found = gaps(id, LONG, MANY, wanted)
    report(id, wanted, found)
    wrong = [
        f"{spoken(claim)}: right in {int((found[number] > 0.0).sum())} of {len(MANY)}"
        for number, claim in enumerate(wanted)
        if claim.kind != "outcome" and (found[number] > 0.0).sum() < len(MANY) - MOST_WRONG
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_left_to_the_slow_test_is_claimed() -> None:
    for id, names in LATE.items():
        assert set(names) <= {claim.indicator for claim in policies()[id].expects}, id


@pytest.mark.parametrize("id", IDS)
def test_unmoved_indicators_keep_every_bit(id: str) -> None:
    policy = policies()[id]
    if not policy.unmoved:
        pytest.skip("declares nothing that must not move")
    frame = short(id)
    for seed in SEEDS[:2]:
        without, there = baseline(frame, seed).outcome, with_defaults(id, frame, seed)
        for name in policy.unmoved:
            before, after = monthly(without, name, frame.start), monthly(there, name, frame.start)
            assert before.tobytes() == after.tobytes(), f"{name} moved by {np.nanmax(np.abs(before - after))}"


@pytest.mark.parametrize("id", IDS)
def test_something_moves(id: str) -> None:
    """Bit-equality means something only if the policy is felt elsewhere."""
    frame = short(id)
    without, there = baseline(frame, 1).outcome, with_defaults(id, frame, 1)
    names = [item.id for item in INDICATORS]
    differing = [
        name for name in names
        if monthly(without, name, frame.start).tobytes() != monthly(there, name, frame.start).tobytes()
    ]  # fmt: skip
    assert "export_value" in differing
