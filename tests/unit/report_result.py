"""A small comparison with a name that is no friend of HTML, made once for all tests of the report."""

import atexit
import json
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from experiments.compare import Comparison, compare
from model.scenario import load_scenario

NASTY = "<script>alert('x')</script> & \"quoted\""
PLANS = {
    "en": NASTY,
    "zh": "脚本<script>与“引号”",
}
SCENARIO = f"""
schema: 1
name: {{en: {json.dumps(PLANS["en"])}, zh: {json.dumps(PLANS["zh"], ensure_ascii=False)}}}
extends: toy
policies:
  overseas_warehouse_fund: {{rate: 0.45, budget_per_year: null, ramp_months: 3, where: {{region: [ASEAN]}}}}
  credit_tiered_inspection: {{negative_list: [food_health, beauty]}}
shocks:
  - {{kind: tariff, market: USA, points: 0.10, from: 2019-10, until: 2020-06}}
levers:
  - {{lever: document_hours, multiply: 0.5, from: 2019-09}}
parameters: {{demand.substitution_consumer: 3.6}}
"""


@lru_cache(maxsize=1)
def _place() -> Path:
    place = Path(tempfile.mkdtemp(prefix="dualcirc-report-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@lru_cache(maxsize=1)
def small_comparison() -> Comparison:
    """Two years of the toy world with everything a scenario may set, on two seeds."""
    file = _place() / "nasty.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return compare(load_scenario("toy"), [load_scenario(str(file))], seeds=2)


@lru_cache(maxsize=1)
def small_folder() -> Path:
    """The comparison as a result folder."""
    return small_comparison().save(_place() / "out", ["compare", "toy", "my plan.yaml", "--seeds", "2"])
