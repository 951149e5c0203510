"""Stored values of a few runs, and how to store them anew.

    .venv/bin/python -m tests.golden.regenerate          # says what would change, by how much
    .venv/bin/python -m tests.golden.regenerate --write  # stores it

A stored value is no truth: it says that the model did not change unnoticed. After a change that is meant to move
results, look at the table that the first command prints, see whether each move is what the change should do, write, and
name the reason in the changelog.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from experiments.effects import Period, period_values
from experiments.run import indicator_kinds
from model.economy import TradeEconomy
from model.kernel.calendar import format_month
from model.scenario import load_scenario

FILE = Path(__file__).parent / "stored.json"
SEED = 1
MONTHS = 36
SCALE = 0.02
SCENARIOS: dict[str, tuple[str, tuple[str, ...]]] = {
    "baseline": ("baseline", ()),
    "paper": ("paper", ("policies_from=2020-01",)),
    "tariff": ("us_tariff", ("shocks=[{kind: tariff, market: USA, points: 0.2, from: 2020-01}]",)),
}
"""Name → scenario and the settings that fit it into the months run here."""

INDICATORS = (
    "export_value", "import_value", "export_share", "destination_hhi", "asean_share", "home_sales_value",
    "domestic_value_added", "fiscal_cost", "tax_revenue", "logistics_cost_ratio", "clearance_hours", "delivery_days",
    "warehouse_area", "warehouse_utilisation", "platform_hhi", "digital_adoption", "theil_provinces",
    "gini_import_access", "active_smes", "entry_rate", "exit_rate", "sme_margin", "median_sales", "cycle_days",
    "export_quality", "own_brand_share", "parcels", "inspection_rate", "violation_rate", "undetected_violation_rate",
)  # fmt: skip

Values = dict[str, dict[str, dict[str, float]]]
"""Scenario → year → indicator → value."""


def run(name: str) -> dict[str, dict[str, float]]:
    """Yearly values of one stored scenario."""
    stem, sets = SCENARIOS[name]
    scenario = load_scenario(stem, (*sets, f"months={MONTHS}", f"scale={SCALE}"))
    model = TradeEconomy(scenario, SEED)
    model.run_months(MONTHS)
    years = range(scenario.start // 12, (scenario.end + 1) // 12)
    periods = [Period(str(year), year * 12, year * 12 + 11) for year in years]
    table = period_values(model.recorder.parts_frame(), periods, indicator_kinds())
    return {str(year): {key: float(table.loc[key, str(year)]) for key in INDICATORS} for year in years}


def stored() -> dict[str, Any]:
    """What the file holds."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


def differences(old: Values, new: Values) -> list[tuple[str, str, str, float, float]]:
    """Scenario, year, indicator, stored and new value of everything that is not equal."""
    found = []
    for name, years in new.items():
        for year, values in years.items():
            for key, value in values.items():
                before = old.get(name, {}).get(year, {}).get(key, float("nan"))
                if before != value:
                    found.append((name, year, key, before, value))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="store the new values")
    chosen = parser.parse_args()
    new = {name: run(name) for name in SCENARIOS}
    moved = differences(stored().get("values", {}), new)
    for name, year, key, before, value in moved:
        change = value / before - 1.0 if before else float("nan")
        print(f"{name:10s} {year} {key:28s} {before:16.8g} -> {value:16.8g}  {change:+.3%}")
    print(f"{len(moved)} values differ", file=sys.stderr)
    if chosen.write:
        about = {"seed": SEED, "months": MONTHS, "scale": SCALE, "first": format_month(2019 * 12)}
        text = json.dumps({"about": about, "values": new}, indent=1, sort_keys=True, allow_nan=False)
        FILE.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
