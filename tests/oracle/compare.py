"""Both economies side by side, month by month: everything that is kept, posted, drawn and measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.economy import TradeEconomy
from model.kernel.columns import Table
from model.scenario import Scenario
from model.state import TABLES
from tests.oracle.economy import OracleEconomy

RELATIVE = 1e-9
FLOOR = 1e-12  # of the largest value of its column: below it a number is what rounding left of a difference
DRAWN = ("whole_lots", "looks", "hits")


@dataclass(frozen=True)
class Step:
    """A month simulated twice: what differs after it, in words, and the two models."""

    month: int
    found: list[str]
    fast: TradeEconomy
    reference: OracleEconomy


def run_both(scenario: Scenario, seed: int, months: int) -> Iterator[Step]:
    """Step both from one start."""
    fast, reference = TradeEconomy(scenario, seed), OracleEconomy(scenario, seed)
    for _ in range(months):
        month = fast.month
        fast.step()
        reference.step()
        yield Step(month, differences(fast, reference), fast, reference)


def differences(fast: TradeEconomy, reference: OracleEconomy) -> list[str]:
    """What is not the same in the two economies after a month, in words."""
    one, other = fast.state, reference.state
    found = []
    for name in TABLES:
        found += table_differences(name, getattr(one, name), getattr(other, name))
    found += mapping_differences("arrays", one.arrays, other.arrays)
    found += mapping_differences("claims", one.claims, other.claims)
    found += ledger_differences(fast, reference)
    drawn = [(name, fast.env.flows.values.get(name), reference.env.flows.values[name]) for name in DRAWN]
    return found + [f"drawn {name} differ" for name, a, b in drawn if a is not None and not np.array_equal(a, b)]


def table_differences(name: str, one: Table, other: Table) -> list[str]:
    """Columns of living rows; whole numbers and flags exactly."""
    if (one.n, one.next_number) != (other.n, other.next_number):
        return [f"{name}: {one.n} rows, not {other.n}"]
    if not np.array_equal(one["alive"], other["alive"]):
        return [f"{name}: others are alive"]
    rows = one.alive_rows()
    columns = ((column, one[column][rows], other[column][rows]) for column in one.names)
    return [text for column, mine, theirs in columns for text in difference(f"{name}.{column}", mine, theirs)]


def mapping_differences(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Arrays or numbers by name."""
    if one.keys() != other.keys():
        return [f"{name}: {sorted(one.keys() ^ other.keys())} on one side only"]
    return [text for key in one for text in difference(f"{name}.{key}", np.asarray(one[key]), np.asarray(other[key]))]


def ledger_differences(fast: TradeEconomy, reference: OracleEconomy) -> list[str]:
    """Every payment of the month."""
    books = [{posting[:3]: posting[3] for posting in model.env.ledger} for model in (fast, reference)]
    keys = sorted(books[0].keys() | books[1].keys())
    one, other = (np.array([book.get(key, 0.0) for key in keys]) for book in books)
    wrong = unlike(one, other)
    return [f"ledger {' '.join(keys[k])}: {one[k]!r}, not {other[k]!r}" for k in np.flatnonzero(wrong)]


def difference(name: str, one: NDArray[Any], other: NDArray[Any]) -> list[str]:
    """In words where two columns differ most, if they do."""
    if one.shape != other.shape:
        return [f"{name}: shape {one.shape}, not {other.shape}"]
    if one.dtype.kind in "iub":
        return [] if np.array_equal(one, other) else [f"{name}: {int((one != other).sum())} codes differ"]
    one, other = np.atleast_1d(one), np.atleast_1d(other)
    wrong = unlike(one, other)
    if not wrong.any():
        return []
    first = tuple(int(at[0]) for at in np.nonzero(wrong))
    return [f"{name}: {int(wrong.sum())} of {wrong.size} differ, first {one[first]!r}, not {other[first]!r} at {first}"]


def unlike(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Where two arrays of floats differ by more than rounding."""
    scale = float(np.abs(other[np.isfinite(other)]).max(initial=0.0))
    return ~np.isclose(one, other, rtol=RELATIVE, atol=FLOOR * scale, equal_nan=True)
