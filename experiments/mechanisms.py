"""The paper's three mechanisms, each with the pattern it claims and the cut that takes it out of the model.

    python -m experiments.mechanisms --write [--seeds 8] [--scale 0.02]     # makes experiments/MECHANISMS.md again

Diverse home consumption: what reaches buyers at home better is bought more. Resilient chains: belts that know each
other's shortages lose less when one of them fails. Better export quality: firms that develop faster sell more. A
mechanism is what the model says it is only if its pattern goes with it, so each is measured with and without.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from experiments.draws import drawn
from experiments.effects import summarise
from experiments.resilience import resilience
from experiments.run import RunResult, simulate
from experiments.variants import varied
from model.kernel.declare import Label
from model.levers import share_of_firms
from model.scenario import Scenario, load_scenario, scenario_of_text

DOCUMENT: Final = Path(__file__).with_name("MECHANISMS.md")
HALF: Final = 17
"""Number of the draw by which half of the firms develop faster."""
FRAME: Final = ("start=2022-01", "months=60", "policies_from=2023-01")
SHOCK: Final = "shocks: [{kind: supplier_loss, belt: keqiao_fabrics, capacity: 0.4, from: 2024-07, until: 2024-10}]"
STRUCK: Final = 30
"""Months from the shock to the end."""
TOOLS: Final = "policies: {digital_tool_subsidy: {rate: 1.0, budget_per_year: null}}"
FASTER: Final = f"levers: [{{lever: product_cycle, multiply: 0.6, where: {{share: 0.5, draw: {HALF}}}}}]"

Run = Callable[[str], RunResult]
"""Simulates the baseline with some sections of a scenario file, for one seed, with the mechanism or not."""


@dataclass(frozen=True)
class Mechanism:
    """`cut` is the variant that takes it out; `pattern` measures on one seed what it claims, above zero if it holds."""

    id: str
    label: Label
    claim: Label
    cut: str
    pattern: Callable[[Run], float]


def bought_more(run: Run) -> float:
    """Rise of imports in the last year when live commerce brings them nearer, relative."""
    live, plain = (_last_year(run(text), "import_value") for text in ("policies: {bonded_live_commerce: {}}", ""))
    return live / plain - 1.0


def lost_less(run: Run) -> float:
    """%-months of national output that free tools for all save when a parts belt fails."""
    areas = []
    for policies in ("", TOOLS):
        struck, calm = run(f"{policies}\n{SHOCK}"), run(policies)
        areas.append(resilience(_output(calm)[-STRUCK:], _output(struck)[-STRUCK:]).area)
    return areas[0] - areas[1]


def sold_more(run: Run) -> float:
    """Rise of the last year's exports of firms whose products come faster, against those of the others, relative."""
    ratios = []
    for text in (FASTER, ""):
        years = run(text).firm_years
        rows = years[years["year"] == years["year"].max()]
        chosen = share_of_firms(rows["firm"].to_numpy(), HALF) < 0.5
        value = (rows["weight"] * rows["exports"]).to_numpy()
        ratios.append(value[chosen].sum() / value[~chosen].sum())
    return float(ratios[0] / ratios[1] - 1.0)


MECHANISMS: Final = (
    Mechanism(
        "home_consumption", Label("Diverse home consumption", "多元内需"),
        Label("imports rise when live commerce brings them nearer", "直播使进口商品更易触达，进口随之增加"),
        "no_home_response", bought_more,
    ),
    Mechanism(
        "resilient_chains", Label("Resilient chains", "韧性供应链"),
        Label("tools save %-months of output when a parts belt fails", "上游产业带断供时，数字化工具减少产出损失"),
        "no_information", lost_less,
    ),
    Mechanism(
        "export_quality", Label("Better export quality", "出口提质"),
        Label("firms whose products come faster export more than others", "研发更快的企业出口相对增加"),
        "no_quality", sold_more,
    ),
)  # fmt: skip


def _last_year(result: RunResult, indicator: str) -> float:
    rows = result.parts[result.parts["indicator"] == indicator].sort_values("month")
    return float(rows["num"].to_numpy()[-12:].sum())


def _output(result: RunResult) -> np.ndarray:
    rows = result.parts[result.parts["indicator"] == "output_value"].sort_values("month")
    return rows["num"].to_numpy(dtype=np.float64)


def scenario(sections: str, scale: float) -> Scenario:
    """The baseline from 2022 with the policies, shocks and levers of some sections added."""
    plain = load_scenario("baseline", (*FRAME, f"scale={scale}"))
    dates = "\n".join(text.replace("=", ": ") for text in FRAME)
    added = scenario_of_text(f"schema: 1\nname: {{en: mechanism, zh: 机制}}\n{dates}\n{sections}\n", "mechanism")
    return replace(plain, policies=added.policies, shocks=added.shocks, levers=added.levers)


def measure(mechanism: Mechanism, seeds: Sequence[int], scale: float) -> dict[str, np.ndarray]:
    """The pattern seed by seed, with the mechanism (`with`) and without (`without`)."""
    found: dict[str, list[float]] = {"with": [], "without": []}
    for seed in seeds:
        for kind, values in found.items():
            values.append(mechanism.pattern(partial(_run, seed=seed, scale=scale, cut=mechanism.cut, kind=kind)))
    return {kind: np.array(values) for kind, values in found.items()}


def _run(sections: str, seed: int, scale: float, cut: str, kind: str) -> RunResult:
    plain = drawn(scenario(sections, scale), seed)
    return simulate(plain if kind == "with" else varied(plain, cut), seed, "series", lambda months: None)


def document(seeds: Sequence[int], scale: float) -> str:
    """The page: one row a mechanism."""
    lines = [
        "# The three mechanisms and their patterns 三大机制",
        "",
        f"`python -m experiments.mechanisms --write`: {len(seeds)} draws (a seed and its parameters), scale {scale:g},",
        "60 months from 2022. Mean and 90 % interval of each pattern, with the mechanism and with it cut (variants in",
        "`experiments/variants.py`). A pattern that stays when its mechanism is cut would not be the mechanism's.",
        "",
        "| mechanism | pattern | with | without (variant) |",
        "|---|---|---|---|",
    ]
    for item in MECHANISMS:
        found = measure(item, seeds, scale)
        cells = [_cell(found[kind]) for kind in ("with", "without")]
        name, claim = f"{item.label.en} {item.label.zh}", f"{item.claim.en} {item.claim.zh}"
        lines.append(f"| {name} | {claim} | {cells[0]} | {cells[1]} (`{item.cut}`) |")
        print(lines[-1], file=sys.stderr)
    return "\n".join([*lines, ""])


def _cell(values: np.ndarray) -> str:
    told = summarise(np.zeros((len(values), 1)), values[:, None])
    mean, low, high = (float(told[name][0]) for name in ("effect", "low", "high"))
    return f"{mean:.4g} ({low:.3g} to {high:.3g})"


def main(arguments: Sequence[str]) -> int:
    """Make the page and print or write it."""
    reader = argparse.ArgumentParser(prog="python -m experiments.mechanisms", description=__doc__.splitlines()[0])
    reader.add_argument("--write", action="store_true", help="write experiments/MECHANISMS.md instead of printing")
    reader.add_argument("--seeds", type=int, default=8, help="number of draws")
    reader.add_argument("--scale", type=float, default=0.01, help="share of real firms")
    given = reader.parse_args(arguments)
    text = document(range(1, given.seeds + 1), given.scale)
    if given.write:
        DOCUMENT.write_text(text, encoding="utf-8", newline="\n")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
