"""One measurement: set-up, months, nanoseconds per listing and month, memory, time until the first numbers.

The unit is one listing through one whole month, home listings included, so that worlds of any size compare. The first
economy of a process compiles and reads; it is the warm-up, and its first month is the *first result*. What is timed is
a second economy with another seed, whose burn-in is not in the cache.
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run import economy, rows_in_use

if TYPE_CHECKING:
    from model.scenario import Scenario

SEED, WARM_UP_SEED = 1, 2
ORACLE_MONTHS = 3


def measure(
    scenario: Scenario, started: float, oracle: bool = False, say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """The measurement as in the contract. `started`: time.perf_counter() when the command began."""
    say("warm-up")
    first = economy(scenario, WARM_UP_SEED)
    first.step()
    first_result_s = time.perf_counter() - started
    del first
    gc.collect()

    say(f"{scenario.months} months of {scenario.stem} at scale {scenario.scale:g}")
    row = _timed(lambda: economy(scenario, SEED), scenario.months)
    phases = row.pop("phases")
    row |= {"peak_rss_mib": peak_rss_mib(), "first_result_s": first_result_s, "phases": phases}
    return row | _oracle(scenario, row, say) if oracle else row


def _timed(build: Callable[[], Any], months: int) -> dict[str, Any]:
    """Set-up and months of one economy."""
    began = time.perf_counter()
    model = build()
    ready = time.perf_counter()
    before = dict(getattr(model, "timings", {}))
    sizes = []
    stepping = 0.0
    for _ in range(months):
        start = time.perf_counter()
        model.step()
        stepping += time.perf_counter() - start
        sizes.append(rows_in_use(model))
    smes, listings = (float(mean) for mean in np.mean(sizes, axis=0))
    return {
        "smes": smes,
        "listings": listings,
        "months": months,
        "setup_s": ready - began,
        "step_s": stepping,
        "total_s": ready - began + stepping,
        "ns_per_listing_month": stepping * 1e9 / (listings * months),
        "phases": {name: s - before.get(name, 0.0) for name, s in getattr(model, "timings", {}).items()},
    }


REWRITTEN = ("trade", "clear", "settle")  # phases of the object model that are not the model's own


def _oracle(scenario: Scenario, row: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, float]:
    """The same world with objects in the phases that the tests wrote anew, for fewer months.

    The speed-up compares just those phases (trade, clear, settle); `oracle_ns_per_listing_month` is the whole month of
    the object model, seven of whose phases are the model's own.
    """
    months = min(ORACLE_MONTHS, scenario.months)
    say(f"{months} months of the object model")
    kind = oracle_class()
    slow = _timed(lambda: kind(scenario, SEED), months)

    def per_listing(run: Mapping[str, Any]) -> float:
        seconds = sum(run["phases"].get(name, 0.0) for name in REWRITTEN) or run["step_s"]
        return seconds / (run["listings"] * run["months"])

    return {
        "oracle_ns_per_listing_month": slow["ns_per_listing_month"],
        "speedup_over_oracle": per_listing(slow) / per_listing(row),
    }


def oracle_class() -> Any:
    """The object model that lives beside the tests; it is there in a checkout only."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.append(root)
    try:
        return importlib.import_module("tests.oracle.economy").OracleEconomy
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError("the object model of the tests (tests/oracle), which --oracle times") from missing


def peak_rss_mib() -> float:
    """Largest memory this process has held, MiB; nan where the system does not say."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def text(row: Mapping[str, Any]) -> str:
    """The measurement for a person."""
    lines = [f"{name:28} {value:,.4g}" for name, value in row.items() if name != "phases"]
    slowest = sorted(row["phases"].items(), key=lambda item: -item[1])
    return "\n".join([*lines, *(f"  {name:26} {seconds:.3f} s" for name, seconds in slowest)])
