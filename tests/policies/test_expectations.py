"""What a policy claims must show in paired runs, and what it says it leaves alone must not move by one bit."""

from collections.abc import Mapping

import numpy as np
import pytest

from model.kernel.calendar import year_of
from model.kernel.declare import INDICATORS
from model.policies import Expectation, policies
from tests.policies.runs import QUICK, Frame, among, baseline, last_year, monthly, value, with_defaults

IDS = list(policies())
SEEDS = (1, 2, 3, 4)
LATER = {"full_hosting": Frame(months=60, scale=0.02, policies_from="2022-01")}
"""Frames of the short tests for policies on what opens later: hosting begins in September 2022."""
LONG = Frame(months=72, scale=0.05, policies_from="2022-01")
MANY = tuple(range(1, 21))
MOST_WRONG = 2
"""Of the twenty pairs of the long test, those that may point the other way."""


def short(id: str) -> Frame:
    """The frame of a policy's short tests."""
    return LATER.get(id, QUICK)


def claims(id: str, *kinds: str) -> list[Expectation]:
    return [claim for claim in policies()[id].expects if claim.kind in kinds]


def spoken(claim: Expectation) -> str:
    where = " ".join(",".join(members) for members in claim.where.values())
    return f"{claim.kind} {claim.indicator} {where} {claim.direction}".replace("  ", " ")


def pair(id: str, frame: Frame, seed: int, claim: Expectation) -> tuple[float, float]:
    """The claimed indicator without and with the policy, in the last year or in the one that the claim names."""
    year = last_year(frame) if claim.year is None else str(year_of(frame.start) + claim.year - 1)
    where = claim.where
    without, there = baseline(frame, seed).outcome, with_defaults(id, frame, seed)
    if claim.among:
        return among((without, there), id, claim.among, claim.indicator, year)
    return value(without, claim.indicator, year, where), value(there, claim.indicator, year, where)


def gaps(id: str, frame: Frame, seeds: tuple[int, ...], wanted: list[Expectation]) -> Mapping[int, np.ndarray]:
    """Policy less baseline for each claim, signed so that above zero is as claimed; seed by seed."""
    found: dict[int, list[float]] = {number: [] for number in range(len(wanted))}
    for seed in seeds:  # seed by seed, so that few runs are kept in memory
        for number, claim in enumerate(wanted):
            without, there = pair(id, frame, seed, claim)
            found[number].append((there - without) * (1.0 if claim.direction == "up" else -1.0))
    return {number: np.array(values) for number, values in found.items()}


def report(id: str, wanted: list[Expectation], found: Mapping[int, np.ndarray]) -> None:
    print(f"\n{id}")
    for number, claim in enumerate(wanted):
        gap = found[number]
        print(f"  {spoken(claim):70s} right in {int((gap > 0).sum())} of {len(gap)}, mean {gap.mean():+.4g}")


@pytest.mark.parametrize("id", IDS)
def test_channel_moves_as_claimed(id: str) -> None:
    wanted = claims(id, "channel", "outcome", "side_effect")
    found = gaps(id, short(id), SEEDS, wanted)
    report(id, wanted, found)
    wrong = [
        f"{spoken(claim)}: {found[number]}"
        for number, claim in enumerate(wanted)
        if claim.kind == "channel" and not found[number].mean() > 0.0
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_channel_and_side_effect_in_many_seeds(id: str) -> None:
    wanted = claims(id, "channel", "outcome", "side_effect")
    found = gaps(id, LONG, MANY, wanted)
    report(id, wanted, found)
    wrong = [
        f"{spoken(claim)}: right in {int((found[number] > 0.0).sum())} of {len(MANY)}"
        for number, claim in enumerate(wanted)
        if claim.kind != "outcome" and (found[number] > 0.0).sum() < len(MANY) - MOST_WRONG
    ]
    assert not wrong, "\n".join(wrong)


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
